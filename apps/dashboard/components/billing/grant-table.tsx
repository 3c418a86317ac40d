import { useFormatter, useTranslations } from 'next-intl';
import { Money } from '@/components/money';
import { Section } from '@/components/section';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Grant } from '@/lib/api/account';

/** What remains of what, in the order in which requests draw from it. */
export function GrantTable({ grants }: { grants: Grant[] }) {
  const t = useTranslations('billing');
  return (
    <Section title={t('grants')} text={t('grantsText')}>
      {grants.length === 0 ? (
        <p className="text-muted">{t('noGrants')}</p>
      ) : (
        <table className="w-full border-collapse" aria-label={t('grants')}>
          <thead>
            <tr>
              <Th>{t('grant')}</Th>
              <Th className="max-sm:hidden">{t('expires')}</Th>
              <Th kind="figure" className="max-sm:hidden">
                {t('heldOf')}
              </Th>
              <Th kind="figure">{t('remains')}</Th>
            </tr>
          </thead>
          <tbody>
            {grants.map((grant) => (
              <GrantRow key={grant.id} grant={grant} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function GrantRow({ grant }: { grant: Grant }) {
  const t = useTranslations('billing');
  const isOver = grant.state === 'used_up' || grant.state === 'expired';
  return (
    <tr id={grant.id} className={`align-top target:bg-wash ${isOver ? 'text-muted' : ''}`}>
      <RowTh>
        {t(`sources.${grant.source}`)}
        <span className="block text-muted text-sm">
          {t(`states.${grant.state}`)}
          <span className="sm:hidden">
            {' · '}
            <Expiry grant={grant} />
          </span>
        </span>
      </RowTh>
      <Td className="max-sm:hidden">
        <Expiry grant={grant} />
      </Td>
      <Td kind="figure" className="max-sm:hidden">
        <Money credits={grant.held} unit="none" />
      </Td>
      <Td kind="figure">
        <Money credits={grant.available + grant.held} unit="none" />
        <span className="block text-muted text-sm">
          {t('of')} <Money credits={grant.amount} unit="none" />
        </span>
      </Td>
    </tr>
  );
}

/** Both the days left and the date while it can still be used; the date alone afterwards. */
function Expiry({ grant }: { grant: Grant }) {
  const t = useTranslations('billing');
  const format = useFormatter();
  if (grant.expiresAt === null) return <span className="text-muted">{t('never')}</span>;
  const at = new Date(grant.expiresAt);
  const date = format.dateTime(at, { day: 'numeric', month: 'long', year: 'numeric' });
  if (grant.state !== 'active') return date;
  const daysLeft = (at.getTime() - Date.now()) / 86_400_000;
  const colour = daysLeft < 3 ? 'text-danger' : daysLeft < 14 ? 'text-ink decoration-warn underline' : '';
  return (
    <span className={colour}>{t('expiresOn', { when: format.relativeTime(at, { unit: 'day' }), date })}</span>
  );
}
