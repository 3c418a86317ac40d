import { useFormatter, useTranslations } from 'next-intl';
import type { Alert } from '@/lib/api/alerts';
import { clientName } from '@/lib/client-name';

const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const;

/** A name inside a sentence keeps its own direction and leaves the sentence its own. */
const isolated = (text: unknown) => `\u2068${String(text ?? '')}\u2069`;

/** What an alert says, from its kind and what it carries; a kind that is newer than this page keeps its own name. */
export function useAlertText() {
  const t = useTranslations('alerts');
  const money = useTranslations('money');
  const format = useFormatter();
  const credits = (value: unknown) =>
    money('credits', {
      count: Number(value),
      value: format.number(Number(value), { maximumFractionDigits: 3 }),
    });
  const day = (value: unknown) => format.dateTime(new Date(String(value)), DAY);

  function argumentsOf({ params }: Alert) {
    return {
      credits: credits(params.credits),
      threshold: credits(params.threshold),
      runsOut: params.runsOutAt ? day(params.runsOutAt) : 'never',
      date: params.expiresAt ? day(params.expiresAt) : '',
      key: isolated(params.keyName),
      by: params.by ? isolated(params.by) : 'operator',
      member: isolated(params.memberName),
      role: t.has(`roles.${params.role}` as 'roles.owner')
        ? t(`roles.${params.role}` as 'roles.owner')
        : isolated(params.role),
      client: isolated(
        [params.userAgent && clientName(String(params.userAgent)), params.ipAddress]
          .filter(Boolean)
          .join(' · '),
      ),
      isEnabled: String(params.isEnabled ?? 0),
      address: isolated(params.newEmail),
    };
  }

  return (alert: Alert): { title: string; text: string } => {
    if (!t.has(`kinds.${alert.kind}.title` as 'kinds.low_balance.title')) {
      return { title: alert.kind, text: '' };
    }
    const filled = argumentsOf(alert);
    return { title: t(`kinds.${alert.kind}.title`, filled), text: t(`kinds.${alert.kind}.text`, filled) };
  };
}
