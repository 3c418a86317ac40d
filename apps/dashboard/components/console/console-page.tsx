import type { ReactNode } from 'react';

/** A page of the console: one title, at most one primary action, one row of filters, then the thing itself. */
export function ConsolePage({
  title,
  action,
  filters,
  children,
}: {
  title: string;
  action?: ReactNode;
  filters?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-6 gap-y-3 pb-5">
        <h1 className="min-w-0 font-semibold text-xl tracking-tight">{title}</h1>
        {action}
        {filters && <div className="flex w-full flex-wrap items-end gap-3">{filters}</div>}
      </div>
      {children}
    </>
  );
}
