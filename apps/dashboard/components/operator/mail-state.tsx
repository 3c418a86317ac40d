import { useTranslations } from 'next-intl';
import type { MailLine } from '@/lib/api/mails';

const TONES = { queued: '', sent: 'text-good', failed: 'text-danger', logged: 'text-muted' } as const;

/** What became of a mail. */
export function MailState({ state }: { state: MailLine['state'] }) {
  const t = useTranslations('mails');
  return <span className={`whitespace-nowrap ${TONES[state]}`}>{t(`states.${state}`)}</span>;
}
