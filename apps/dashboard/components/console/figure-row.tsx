import type { ReactNode } from 'react';

/** The three or four figures a page begins with. */
export function FigureRow({ figures }: { figures: { name: string; value: ReactNode; note?: ReactNode }[] }) {
  return (
    <dl className="grid gap-px overflow-hidden rounded border border-line bg-line sm:grid-cols-[repeat(auto-fit,minmax(11rem,1fr))]">
      {figures.map(({ name, value, note }) => (
        <div
          key={name}
          className="flex min-w-0 flex-wrap items-baseline justify-between gap-x-4 bg-surface px-4 py-2.5 sm:block sm:py-3"
        >
          <dt className="text-muted text-sm">{name}</dt>
          <dd className="font-semibold tabular-nums sm:mt-0.5 sm:text-xl">{value}</dd>
          {note && <dd className="text-muted text-sm max-sm:w-full">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
