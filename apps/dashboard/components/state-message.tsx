import type { ReactNode } from 'react';

/** A page that is not there or failed: what happened, what to do, a reference to quote. */
export function StateMessage({
  title,
  text,
  reference,
  children,
}: {
  title: string;
  text: string;
  reference?: string | null;
  children: ReactNode;
}) {
  return (
    <div className="grid max-w-xl justify-items-start gap-4 py-16 sm:py-24 [&_a]:text-accent [&_a]:underline">
      <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
      <p className="text-lg text-muted">{text}</p>
      {reference && <p className="font-mono text-muted text-sm">{reference}</p>}
      {children}
    </div>
  );
}
