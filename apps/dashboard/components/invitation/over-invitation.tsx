import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { AuthPage } from '@/components/auth/auth-page';
import { buttonStyle } from '@/components/ui/button';
import type { Invitation } from '@/lib/api/team';

/** An invitation that can no longer be answered, and what to do instead. */
export function OverInvitation({ invitation }: { invitation: Invitation }) {
  const t = useTranslations('invitation');
  const { state, inviterName, accountName } = invitation;
  const names = {
    inviter: () => <bdi className="text-ink">{inviterName}</bdi>,
    account: () => <bdi className="text-ink">{accountName}</bdi>,
  };
  return (
    <AuthPage
      title={t(`over.${state === 'open' ? 'expired' : state}`)}
      lead={t.rich(state === 'accepted' ? 'overAccepted' : 'overAsk', names)}
    >
      <Link href="/overview" className={buttonStyle({ look: 'primary' })}>
        {t('openOverview')}
      </Link>
    </AuthPage>
  );
}
