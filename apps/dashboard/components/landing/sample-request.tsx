import { useTranslations } from 'next-intl';
import { sampleRequest } from '@/lib/samples';

/** The example request, with the one line marked that another model would change. */
export function SampleRequest({ model }: { model: string }) {
  const t = useTranslations('landing');
  const lines = sampleRequest(model).split('\n');
  return (
    <figure className="min-w-0 rounded border border-line bg-surface">
      <figcaption className="flex flex-wrap justify-between gap-x-4 border-line border-b px-4 py-2 text-sm">
        <span className="font-medium">{t('request')}</span>
        <bdi dir="ltr" className="font-mono text-muted">
          POST /v1/chat/completions
        </bdi>
      </figcaption>
      <pre
        dir="ltr"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="overflow-x-auto py-3 text-left font-mono text-sm"
      >
        <code className="grid w-max min-w-full">
          {lines.map((line) =>
            line.includes('"model"') ? (
              <mark key={line} className="border-accent border-s-2 bg-wash ps-3.5 pe-4 text-ink">
                {line}
              </mark>
            ) : (
              <span key={line} className="px-4">
                {line}
              </span>
            ),
          )}
        </code>
      </pre>
      <p className="border-line border-t px-4 py-2 text-muted text-sm">
        <span className="me-2 inline-block h-3 w-0.5 bg-accent align-[-1px]" aria-hidden="true" />
        {t('oneField')}
      </p>
    </figure>
  );
}
