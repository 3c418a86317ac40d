import type { ReactNode } from 'react';

/** Lines of a receipt: what at the start, how much at the end. */
export function Statement({ children }: { children: ReactNode }) {
  return <dl className="grid gap-1.5 font-mono text-sm">{children}</dl>;
}

/** One line; `weight="total"` closes the lines above it as a ledger does, with a double rule. */
export function Line({
  name,
  children,
  weight = 'plain',
}: {
  name: ReactNode;
  children: ReactNode;
  weight?: 'plain' | 'muted' | 'total';
}) {
  const look = {
    plain: '',
    muted: 'text-muted',
    total:
      'mt-0.5 mb-1.5 border-ink border-t border-b-4 border-b-ink py-1.5 font-semibold [border-bottom-style:double]',
  }[weight];
  return (
    <div className={`flex items-baseline justify-between gap-4 ${look}`}>
      <dt className="min-w-0">{name}</dt>
      <dd className="shrink-0 text-end tabular-nums">{children}</dd>
    </div>
  );
}
