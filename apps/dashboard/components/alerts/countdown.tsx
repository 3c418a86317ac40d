import { useFormatter } from 'next-intl';

const DAY_MS = 24 * 60 * 60 * 1000;

/** "in 6 days": how long there is left. Amber under 14 days, red under 3. */
export function Countdown({ until }: { until: string }) {
  const format = useFormatter();
  const end = new Date(until);
  const now = new Date();
  const daysLeft = (end.getTime() - now.getTime()) / DAY_MS;
  const colour = daysLeft < 3 ? 'text-danger' : daysLeft < 14 ? 'text-warn' : '';
  return (
    <time dateTime={until} className={`whitespace-nowrap ${colour}`}>
      {format.relativeTime(end, { now, ...(daysLeft > 1 && { unit: 'day' }) })}
    </time>
  );
}
