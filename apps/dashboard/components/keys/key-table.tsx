import { getFormatter, getTranslations } from 'next-intl/server';
import { Money } from '@/components/money';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { KeyView } from '@/lib/api/keys';
import { KeyActions } from './key-actions';

/** Keys in use, newest first; those revoked lately at the end. */
export async function KeyTable({
  keys,
  spending,
  change,
}: {
  keys: KeyView[];
  spending: Map<string, number>;
  /** What changing a key needs; null for those who may only look. */
  change: { models: string[]; baseUrl: string } | null;
}) {
  const t = await getTranslations('keys');
  return (
    <table className="w-full border-collapse">
      <thead>
        <tr>
          <Th>{t('name')}</Th>
          <Th className="hidden md:table-cell">{t('budget')}</Th>
          <Th className="hidden xl:table-cell">{t('models')}</Th>
          <Th className="hidden md:table-cell">{t('lastUsed')}</Th>
          <Th>{t('state')}</Th>
          {change && (
            <Th>
              <span className="sr-only">{t('actions')}</span>
            </Th>
          )}
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr
            key={key.id}
            id={key.id}
            className={`scroll-mt-16 target:bg-wash ${key.revokedAt ? 'text-muted' : ''}`}
          >
            <RowTh>
              <bdi
                className="block max-w-40 truncate font-medium sm:max-w-44 rtl:text-right"
                title={key.name}
              >
                {key.name}
              </bdi>
              <bdi className="block font-mono text-muted text-sm rtl:text-right">{key.display}</bdi>
            </RowTh>
            <Td className="hidden md:table-cell">
              <Budget of={key} used={spending.get(key.id) ?? 0} />
            </Td>
            <Td className="hidden xl:table-cell">
              <bdi className="block max-w-36 truncate text-sm" title={key.allowedModels?.join(', ')}>
                {key.allowedModels?.join(', ') ?? t('everyModel')}
              </bdi>
            </Td>
            <Td className="hidden whitespace-nowrap md:table-cell">
              <LastUsed of={key} />
            </Td>
            <Td className="md:whitespace-nowrap">
              <State of={key} />
            </Td>
            {change && <Td className="text-end">{!key.revokedAt && <KeyActions of={key} {...change} />}</Td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

async function Budget({ of, used }: { of: KeyView; used: number }) {
  const t = await getTranslations('keys');
  if (!of.budget) return <span className="text-muted">{t('noBudget')}</span>;
  const { credits, reset } = of.budget;
  return (
    <div className="min-w-36">
      <div className="text-sm">
        <Money credits={used} unit="none" /> / <Money credits={credits} />
        <span className="text-muted"> · {t(`resets.${reset ?? 'never'}`)}</span>
      </div>
      <progress
        className="mt-1 block h-1 w-full appearance-none overflow-hidden rounded bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
        aria-label={t('budget')}
        max={credits}
        value={Math.min(used, credits)}
      />
    </div>
  );
}

async function LastUsed({ of }: { of: KeyView }) {
  const t = await getTranslations('keys');
  const format = await getFormatter();
  return of.lastUsedAt ? format.relativeTime(new Date(of.lastUsedAt), new Date()) : t('neverUsed');
}

async function State({ of }: { of: KeyView }) {
  const t = await getTranslations('keys');
  const format = await getFormatter();
  const day = (at: string) =>
    format.dateTime(new Date(at), { day: 'numeric', month: 'short', year: 'numeric' });
  if (of.revokedAt) return t('revoked', { day: day(of.revokedAt) });
  if (of.expiresAt && new Date(of.expiresAt) < new Date()) {
    return <span className="text-danger">{t('expired', { day: day(of.expiresAt) })}</span>;
  }
  return (
    <>
      {of.expiresAt ? t('expiresOn', { day: day(of.expiresAt) }) : t('active')}
      {of.rotatesAt && new Date(of.rotatesAt) > new Date() && (
        <span className="block text-sm text-warn">
          {t('oldUntil', {
            time: format.dateTime(new Date(of.rotatesAt), {
              month: 'short',
              day: 'numeric',
              hour: '2-digit',
              minute: '2-digit',
            }),
          })}
        </span>
      )}
    </>
  );
}
