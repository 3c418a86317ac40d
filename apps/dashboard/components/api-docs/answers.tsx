import { useTranslations } from 'next-intl';
import { CodeBlock } from '@/components/code-block';
import { Code, code } from '@/components/rich';
import { Section } from '@/components/section';
import { RowTh, Td, Th } from '@/components/ui/table';
import errors from '@/lib/api-errors.json';
import { errorSample } from '@/lib/api-samples';
import { FactSection } from './fact-section';

export function Headers() {
  return (
    <FactSection
      group="headers"
      names={{
        requestId: 'x-request-id',
        charged: 'x-credits-charged',
        remaining: 'x-credits-remaining',
        applied: 'x-max-tokens-applied',
        rate: 'x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests',
        retryAfter: 'Retry-After',
        shouldRetry: 'x-should-retry',
      }}
    />
  );
}

export function Limits() {
  return (
    <FactSection
      group="limits"
      names={{
        minute: '429 rate_limit_exceeded',
        flight: '429 too_many_concurrent_requests',
        body: '413 request_too_large',
        time: '504 upstream_timeout',
        stall: '408 request_timeout',
      }}
    />
  );
}

/** Every code that a program can meet, in the order of its status. */
export function Errors() {
  const t = useTranslations('apiDocs');
  return (
    <Section id="errors" title={t('errors.title')} text={t.rich('errors.text', { code })}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <CodeBlock title="402" code={errorSample()} />
        <table className="w-full border-collapse" aria-label={t('errors.title')}>
          <thead>
            <tr>
              <Th className="w-14">{t('errors.status')}</Th>
              <Th>{t('errors.code')}</Th>
            </tr>
          </thead>
          <tbody>
            {(Object.keys(errors) as (keyof typeof errors)[]).map((name) => (
              <tr key={name} className="align-top">
                <RowTh className="tabular-nums">{errors[name]}</RowTh>
                <Td>
                  <Code>{name}</Code>
                  <span className="block text-muted">{t.rich(`errors.codes.${name}`, { code })}</span>
                </Td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
