import { useFormatter, useTranslations } from 'next-intl';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a model stays: both the days left and the date. Amber under 14 days, red under 3. */
export function Retirement({ date }: { date: string | null }) {
  const t = useTranslations('catalog');
  const format = useFormatter();
  if (date === null) return <span className="text-muted">{t('stays')}</span>;
  const retiresAt = new Date(`${date}T00:00:00Z`);
  // A new day begins at midnight UTC, in the countdown as in the deprecation itself.
  const today = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const daysLeft = Math.round((retiresAt.getTime() - today.getTime()) / DAY_MS);
  const colour = daysLeft < 3 ? 'text-danger' : daysLeft < 14 ? 'text-ink decoration-warn underline' : '';
  return (
    <span className={colour}>
      {t('retiresOn', {
        when: format.relativeTime(retiresAt, { now: today, unit: 'day' }),
        date: format.dateTime(retiresAt, { day: 'numeric', month: 'long' }),
      })}
    </span>
  );
}
