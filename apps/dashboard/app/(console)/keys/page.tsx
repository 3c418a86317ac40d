import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { CreateKey } from '@/components/keys/create-key';
import { KeyTable } from '@/components/keys/key-table';
import { Unreachable } from '@/components/unreachable';
import { readKeys, readSpending } from '@/lib/api/keys';
import { readBaseUrl, readCatalog } from '@/lib/api/public';
import { readMe } from '@/lib/api/session';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('console');
  return { title: t('pages.keys') };
}

export default async function KeysPage() {
  const [t, pages] = await Promise.all([getTranslations('keys'), getTranslations('console.pages')]);
  const [keys, spending, change] = await Promise.all([readKeys(), readSpending(), whatChangeNeeds()]);
  return (
    <ConsolePage title={pages('keys')} action={change && <CreateKey {...change} />}>
      {!keys.ok && <Unreachable answer={keys} />}
      {keys.ok && keys.value.data.length === 0 && <p className="max-w-prose text-muted">{t('none')}</p>}
      {keys.ok && keys.value.data.length > 0 && (
        <KeyTable keys={keys.value.data} spending={spending} change={change} />
      )}
    </ConsolePage>
  );
}

/** Null for those whose role may only look: what they may not do is not offered. */
async function whatChangeNeeds() {
  const me = await readMe();
  if (!me.ok || !me.value.active?.rights.includes('keys:write')) return null;
  const catalog = await readCatalog();
  return { models: catalog.ok ? catalog.value.data.map(({ id }) => id) : [], baseUrl: await readBaseUrl() };
}
