import { useFormatter, useTranslations } from 'next-intl';
import type { Invitation } from '@/lib/api/team';

/** As what one would join, and until when. Written by the server: a browser may spell dates otherwise. */
export function InvitationFacts({ invitation }: { invitation: Invitation }) {
  const t = useTranslations('invitation');
  const team = useTranslations('team');
  const format = useFormatter();
  const { role, email, expiresAt } = invitation;
  return (
    <dl className="grid gap-3 rounded border border-line bg-surface p-4">
      <div>
        <dt className="text-muted text-sm">{team('role')}</dt>
        <dd className="font-medium">{team(`roles.${role}`)}</dd>
        <dd className="text-muted">{team(`purposes.${role}`)}</dd>
      </div>
      <div>
        <dt className="text-muted text-sm">{t('openUntil')}</dt>
        <dd>
          <time dateTime={expiresAt}>
            {format.dateTime(new Date(expiresAt), {
              dateStyle: 'long',
              timeStyle: 'short',
              hourCycle: 'h23',
            })}{' '}
            UTC
          </time>
        </dd>
      </div>
      <div className="min-w-0">
        <dt className="text-muted text-sm">{t('joinAs')}</dt>
        <dd>
          <bdi className="wrap-anywhere">{email}</bdi>
        </dd>
      </div>
    </dl>
  );
}
