import type { ReactNode } from 'react';

/** One form on an otherwise empty page. */
export function AuthPage({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="mx-auto grid w-full max-w-sm gap-5 py-10 sm:py-16 [&_p_a]:text-accent [&_p_a]:underline">
      <div>
        <h1 className="text-balance font-semibold text-2xl tracking-tight">{title}</h1>
        {lead && <p className="mt-2 text-muted">{lead}</p>}
      </div>
      {children}
    </div>
  );
}
