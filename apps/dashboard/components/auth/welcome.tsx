import { useFormatter, useTranslations } from 'next-intl';
import type { Service } from '@/lib/api/public';

/** What a new account begins with, in the service's own figures. */
export function Welcome({
  of,
  message = 'welcome',
}: {
  of: Service['welcome'];
  message?: 'welcome' | 'verifiedText';
}) {
  const t = useTranslations('auth');
  const format = useFormatter();
  const { credits, days } = of;
  return t(message, { count: credits, credits: format.number(credits, { maximumFractionDigits: 3 }), days });
}
