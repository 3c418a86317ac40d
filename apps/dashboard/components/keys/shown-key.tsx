'use client';

import { useTranslations } from 'next-intl';
import { CodeBlock } from '@/components/code-block';
import { Button } from '@/components/ui/button';
import type { ShownKeyView } from '@/lib/api/keys';
import { clientSamples, withKey } from '@/lib/samples';

/** The one time a key is seen, with requests that run as pasted. */
export function ShownKey({
  shown,
  baseUrl,
  onDone,
}: {
  shown: ShownKeyView;
  baseUrl: string;
  onDone: () => void;
}) {
  const t = useTranslations('keys');
  const samples = clientSamples({ baseUrl, ...(shown.allowedModels && { model: shown.allowedModels[0] }) });
  return (
    <>
      <div className="rounded border-2 border-accent">
        <CodeBlock title={shown.name} code={shown.key} />
      </div>
      {(['curl', 'node', 'python'] as const).map((language) => (
        <details key={language} open={language === 'curl'}>
          <summary className="cursor-pointer py-1 font-medium text-sm">{t(`samples.${language}`)}</summary>
          <CodeBlock title={t(`samples.${language}`)} code={withKey(samples[language], shown.key)} />
        </details>
      ))}
      <Button type="button" look="primary" onClick={onDone}>
        {t('keptIt')}
      </Button>
    </>
  );
}
