import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { AuthPage } from '@/components/auth/auth-page';
import { buttonStyle } from '@/components/ui/button';
import { SignOut } from './sign-out';

/** Not this person's, or not there at all: which of the two is nobody else's business. */
export function OtherAddress({ email, id }: { email: string; id: string }) {
  const t = useTranslations('invitation');
  return (
    <AuthPage
      title={t('notYours')}
      lead={t.rich('notYoursText', { address: () => <bdi className="wrap-anywhere text-ink">{email}</bdi> })}
    >
      <div className="grid gap-3">
        <SignOut next={`/invitation/${encodeURIComponent(id)}`} />
        <Link href="/overview" className={buttonStyle()}>
          {t('openOverview')}
        </Link>
      </div>
    </AuthPage>
  );
}
