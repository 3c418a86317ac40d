import { type ReactNode, useId } from 'react';

/** A part of a public page: its name and one sentence at the start side, the thing itself beside them. */
export function Section({
  id,
  title,
  text,
  children,
}: {
  id?: string;
  title: string;
  text: ReactNode;
  children: ReactNode;
}) {
  const headingId = useId();
  return (
    <section
      id={id}
      aria-labelledby={headingId}
      className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-5 border-line border-t py-10 lg:grid-cols-[15rem_minmax(0,1fr)]"
    >
      <div>
        <h2 id={headingId} className="text-balance font-semibold text-lg">
          {title}
        </h2>
        <p className="mt-1 max-w-xl text-muted">{text}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
