import type { ReactNode } from 'react';

export function PageHeading({ title, lead }: { title: string; lead: ReactNode }) {
  return (
    <div className="pt-8 pb-6 sm:pt-12 sm:pb-8">
      <h1 className="text-balance font-semibold text-2xl tracking-tight">{title}</h1>
      <p className="mt-2 max-w-2xl text-lg text-muted">{lead}</p>
    </div>
  );
}
