import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonStyle } from '@/components/ui/button';

/** Both ways in lead back to the invitation. */
export function SignInFirst({ next }: { next: string }) {
  const t = useTranslations('auth');
  const query = `next=${encodeURIComponent(next)}`;
  return (
    <div className="grid gap-3">
      <Link href={`/sign-in?${query}`} className={buttonStyle({ look: 'primary' })}>
        {t('signIn')}
      </Link>
      <Link href={`/sign-up?${query}`} className={buttonStyle()}>
        {t('createAccount')}
      </Link>
    </div>
  );
}
