import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { CodeBlock } from '@/components/code-block';
import { code } from '@/components/rich';
import { readBaseUrl } from '@/lib/api/public';
import { clientSamples } from '@/lib/samples';

/** What a new account does first. It goes away by itself with the first request. */
export async function FirstSteps() {
  const t = await getTranslations('overview.steps');
  const samples = clientSamples({ baseUrl: await readBaseUrl() });
  return (
    <section aria-labelledby="first-steps" className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <h2 id="first-steps" className="font-semibold text-lg">
        {t('title')}
      </h2>
      <ol className="grid list-inside list-decimal gap-2 text-muted">
        <li>{t.rich('key', { code, keys: keysLink })}</li>
        <li>{t('send')}</li>
        <li>{t('see')}</li>
      </ol>
      <CodeBlock title="curl" code={samples.curl} />
    </section>
  );
}

function keysLink(chunks: ReactNode) {
  return (
    <Link href="/keys" className="text-accent underline">
      {chunks}
    </Link>
  );
}
