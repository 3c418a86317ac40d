import { useFormatter, useTranslations } from 'next-intl';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Role } from '@/lib/api/session';
import type { SentInvitation } from '@/lib/api/team';
import { InvitationActions } from './invitation-actions';

/** Invitations that wait for an answer, and those that came to nothing lately; nothing where there are none. */
export function InvitationTable({
  invitations,
  roles,
  publicUrl,
}: {
  invitations: SentInvitation[];
  roles: Role[];
  publicUrl: string | null;
}) {
  const t = useTranslations('team');
  if (invitations.length === 0) return null;
  const mayAct = roles.length > 0;
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations" className="font-semibold text-lg">
        {t('invitations')}
      </h2>
      <table className="w-full table-fixed border-collapse">
        <thead className="max-sm:sr-only">
          <tr>
            <Th>{t('email')}</Th>
            <Th className="w-40 max-sm:hidden">{t('role')}</Th>
            <Th className="w-40 max-md:hidden">{t('state')}</Th>
            <Th className="w-24">
              <span className="sr-only">{t('actions')}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((invitation) => (
            <tr key={invitation.id}>
              <RowTh>
                <bdi className="block truncate rtl:text-right" title={invitation.email}>
                  {invitation.email}
                </bdi>
                <span className="block text-muted text-sm md:hidden">
                  <span className="sm:hidden">{t(`roles.${invitation.role}`)} · </span>
                  <State of={invitation} />
                </span>
                <span
                  className="block truncate text-muted text-sm max-md:hidden"
                  title={invitation.inviterName}
                >
                  {t('invitedBy', { name: invitation.inviterName })}
                </span>
              </RowTh>
              <Td className="max-sm:hidden">{t(`roles.${invitation.role}`)}</Td>
              <Td className="max-md:hidden">
                <State of={invitation} />
              </Td>
              <Td kind="figure" className="w-24">
                {mayAct && (invitation.role !== 'owner' || roles.includes('owner')) && (
                  <InvitationActions
                    of={invitation}
                    link={publicUrl && `${publicUrl.replace(/\/$/, '')}/invitation/${invitation.id}`}
                  />
                )}
              </Td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function State({ of }: { of: SentInvitation }) {
  const t = useTranslations('team');
  const format = useFormatter();
  const at = new Date(of.expiresAt);
  const day = format.dateTime(at, { day: 'numeric', month: 'short' });
  if (of.state === 'open') {
    return (
      <time dateTime={of.expiresAt} className="text-muted">
        {t('openUntil', { day })}
      </time>
    );
  }
  return (
    <span className={of.state === 'expired' ? 'text-warn' : 'text-danger'}>
      {of.state === 'expired' ? t('expiredOn', { day }) : t('declined')}
    </span>
  );
}
