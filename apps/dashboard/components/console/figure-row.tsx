import type { ReactNode } from 'react';

/** The three or four figures a page begins with. */
export function FigureRow({ figures }: { figures: { name: string; value: ReactNode; note?: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded border border-line bg-line sm:grid-cols-[repeat(auto-fit,minmax(11rem,1fr))]">
      {figures.map(({ name, value, note }) => (
        <div key={name} className="min-w-0 bg-surface px-4 py-3">
          <dt className="text-muted text-sm">{name}</dt>
          <dd className="mt-0.5 truncate font-semibold text-lg tabular-nums sm:text-xl">{value}</dd>
          {note && <dd className="text-muted text-sm">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
