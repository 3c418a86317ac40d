import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Me } from '@/lib/api/session';

const line = 'px-4 sm:px-6';

/** What a person must know on whichever page they are: an invitation that waits, an account that is stopped. */
export function AccountNotices({ me }: { me: Me }) {
  const t = useTranslations('accounts');
  const isSuspended = Boolean(me.active?.suspendedAt);
  if (!isSuspended && !me.user.operatorNeedsTwoFactor && me.invitations.length === 0) return null;
  return (
    <div className="border-line border-b bg-surface text-sm">
      {isSuspended && (
        <p className={`${line} py-2`}>
          <strong className="font-semibold text-danger">{t('suspended')}</strong>{' '}
          <span className="text-muted">{t('suspendedText')}</span>
        </p>
      )}
      {me.user.operatorNeedsTwoFactor && (
        <p className={`${line} py-2`}>
          {t('operatorNeedsTwoFactor')}{' '}
          <Link href="/settings#two-factor" className="text-accent underline">
            {t('setUp')}
          </Link>
        </p>
      )}
      {me.invitations.map(({ id, inviterName, accountName }) => (
        <p key={id} className={`${line} flex min-w-0 flex-wrap items-baseline gap-x-3 py-2`}>
          <span className="min-w-0 break-words">
            {t.rich('invited', {
              inviter: () => <bdi className="font-medium">{inviterName}</bdi>,
              account: () => <bdi className="font-medium">{accountName}</bdi>,
            })}
          </span>
          <Link href={`/invitation/${id}`} prefetch={false} className="text-accent underline">
            {t('answer')}
          </Link>
        </p>
      ))}
    </div>
  );
}
