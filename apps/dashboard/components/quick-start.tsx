import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { clientSamples } from '@/lib/samples';
import { CodeBlock } from './code-block';
import { Code, code } from './rich';
import { Section } from './section';
import { FactTable } from './ui/table';

export function GetKey() {
  const t = useTranslations('quickStart');
  return (
    <Section id="key" title={`1. ${t('key')}`} text={t.rich('keyText', { signUp: linkTo('/sign-up') })}>
      <CodeBlock title={t('keyEnvironment')} code={'export LLM_API_KEY="sk_…"'} />
    </Section>
  );
}

export function SendRequest({ baseUrl }: { baseUrl: string }) {
  const t = useTranslations('quickStart');
  const samples = clientSamples({ baseUrl });
  return (
    <Section id="request" title={`2. ${t('call')}`} text={t('callText')}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <CodeBlock title="curl" code={samples.curl} />
        <p className="mt-2">{t.rich('install', { code, command: 'npm install openai' })}</p>
        <CodeBlock title="Node" code={samples.node} />
        <p className="mt-2">{t.rich('install', { code, command: 'pip install openai' })}</p>
        <CodeBlock title="Python" code={samples.python} />
      </div>
    </Section>
  );
}

export function ReadCost() {
  const t = useTranslations('quickStart');
  return (
    <Section id="cost" title={`3. ${t('cost')}`} text={t.rich('costText', { code })}>
      <FactTable
        label={t('cost')}
        head={[t('header'), t('meaning')]}
        facts={[
          fact('x-credits-charged', t('chargedHeader')),
          fact('x-credits-remaining', t('remainingHeader')),
          fact('x-request-id', t.rich('requestIdHeader', { code })),
          fact('x-max-tokens-applied', t('maxTokensHeader')),
        ]}
      />
    </Section>
  );
}

export function Refused() {
  const t = useTranslations('quickStart');
  return (
    <Section id="errors" title={t('refused')} text={t.rich('refusedText', { code })}>
      <FactTable
        label={t('refused')}
        head={[t('status'), t('meaning')]}
        facts={[
          fact('401', refusal('invalid_api_key', t('e401'))),
          fact('402', refusal('insufficient_credits', t.rich('e402', { code }))),
          fact('404', refusal('model_retired', t('e404'))),
          fact('429', refusal('rate_limit_exceeded', t.rich('e429', { code }))),
        ]}
      />
      <p className="mt-5">{t.rich('reference', { reference: linkTo('/docs/api') })}</p>
    </Section>
  );
}

/** For messages that mark a way on as a tag of their own. */
function linkTo(href: string) {
  return (chunks: ReactNode) => (
    <Link href={href} className="text-accent underline underline-offset-4">
      {chunks}
    </Link>
  );
}

function fact(name: string, value: ReactNode) {
  return { key: name, name: <Code>{name}</Code>, value };
}

function refusal(name: string, meaning: ReactNode) {
  return (
    <>
      <Code>{name}</Code>
      <span className="block text-muted">{meaning}</span>
    </>
  );
}
