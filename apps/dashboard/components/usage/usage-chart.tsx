'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Money } from '@/components/money';
import type { Series } from '@/lib/series';
import { ChartBars } from './chart-bars';
import { SERIES_DOT } from './series-colour';

/**
 * What each day or hour cost, stacked by model. It is drawn on the server. The legend is also the reading: it shows
 * the range's sums and, while a bar is pointed at or stepped to, that bar's own, so nothing on the page moves.
 */
export function UsageChart({
  starts,
  unit,
  series,
  axis,
}: {
  starts: string[];
  unit: 'hour' | 'day';
  series: Series[];
  /** Short figures are spelled on the server: browsers differ in them. */
  axis: { top: number; labels: [string, string] };
}) {
  const t = useTranslations('chart');
  const format = useFormatter();
  const [at, setAt] = useState<number | null>(null);
  const sums = starts.map((_, bar) => sumOf(series.map(({ values }) => values[bar] ?? 0)));
  const name = (bar: number) => timeName(format, starts[bar], unit);
  const total = at === null ? sumOf(series.map((one) => one.total)) : (sums[at] ?? 0);
  const span = t('span', { from: name(0), to: name(starts.length - 1) });
  return (
    <figure aria-label={t(unit === 'day' ? 'perDay' : 'perHour')}>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-6">
        <span className="text-muted text-sm">{t(unit === 'day' ? 'perDay' : 'perHour')}</span>
        <span className="text-sm">
          <span className="text-muted">{at === null ? span : name(at)}</span>
          <span className="ms-3 inline-block min-w-28 text-end font-medium">
            <Money credits={total} />
          </span>
        </span>
      </figcaption>
      <div dir="ltr" className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
        <div className="flex flex-col justify-between text-right text-muted text-xs tabular-nums leading-none">
          <span>{axis.labels[0]}</span>
          <span>{axis.labels[1]}</span>
          <span>0</span>
        </div>
        <div className="relative h-44" onPointerLeave={() => setAt(null)}>
          {starts.length > 1 && (
            <input
              type="range"
              min={0}
              max={starts.length - 1}
              value={at ?? starts.length - 1}
              aria-label={t('step')}
              aria-valuetext={at === null ? span : t('reading', { when: name(at), credits: total })}
              className="peer absolute inset-0 z-10 size-full cursor-default opacity-0"
              onChange={(event) => setAt(Number(event.target.value))}
              onFocus={(event) => event.target.matches(':focus-visible') && setAt(starts.length - 1)}
              onBlur={() => setAt(null)}
              onPointerMove={(event) => {
                const { left, width } = event.currentTarget.getBoundingClientRect();
                const bar = Math.floor(((event.clientX - left) / width) * starts.length);
                setAt(Math.min(Math.max(bar, 0), starts.length - 1));
              }}
            />
          )}
          <ChartBars series={series} top={axis.top} count={starts.length} at={at} />
        </div>
        <div className="col-start-2 mt-1.5 flex justify-between text-muted text-xs">
          <bdi>{name(0)}</bdi>
          {starts.length > 4 && <bdi>{name(Math.floor((starts.length - 1) / 2))}</bdi>}
          {starts.length > 1 && <bdi>{name(starts.length - 1)}</bdi>}
        </div>
      </div>
      <Legend series={series} at={at} />
    </figure>
  );
}

function Legend({ series, at }: { series: Series[]; at: number | null }) {
  const t = useTranslations('chart');
  return (
    <ul className="mt-3 grid gap-x-8 gap-y-1 text-sm sm:grid-cols-2 lg:grid-cols-3">
      {series.map(({ model, colour, total, values }) => (
        <li key={model ?? ''} className="flex min-w-0 items-center gap-2">
          <svg viewBox="0 0 10 10" className="size-2.5 shrink-0" aria-hidden="true">
            <rect width="10" height="10" rx="2" className={SERIES_DOT[colour ?? 0]} />
          </svg>
          {model === null ? (
            <span className="min-w-0 grow text-muted">{t('other')}</span>
          ) : (
            <bdi dir="ltr" title={model} className="min-w-0 grow truncate text-start font-mono text-xs">
              {model}
            </bdi>
          )}
          <Money credits={at === null ? total : (values[at] ?? 0)} unit="none" />
        </li>
      ))}
    </ul>
  );
}

function timeName(format: ReturnType<typeof useFormatter>, start: string | undefined, unit: 'hour' | 'day') {
  if (start === undefined) return '';
  return format.dateTime(new Date(start), {
    day: 'numeric',
    month: 'short',
    ...(unit === 'hour' && { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    timeZone: 'UTC',
  });
}

/** Adds in whole millicredits: a sum on the page is the sum in the books. */
function sumOf(credits: readonly number[]): number {
  return credits.reduce((total, value) => total + Math.round(value * 1000), 0) / 1000;
}
