const ROWS = ['w-3/4', 'w-2/3', 'w-5/6', 'w-3/5', 'w-3/4', 'w-2/3', 'w-4/5', 'w-1/2'];

/** The shape of a page to come: a title, a line under it, and the rows of whatever it holds. */
export function PageSkeleton({ label }: { label: string }) {
  return (
    <div className="page-skeleton pt-8 sm:pt-12" role="status">
      <span className="sr-only">{label}</span>
      <div className="h-9 w-56 rounded bg-line" />
      <div className="mt-3 h-5 w-full max-w-md rounded bg-line" />
      <div className="mt-10 border-line border-t">
        {ROWS.map((width, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
          <div key={row} className="flex h-10 items-center justify-between border-line border-b">
            <div className="w-1/2">
              <div className={`h-3 rounded bg-line ${width}`} />
            </div>
            <div className="h-3 w-14 rounded bg-line" />
          </div>
        ))}
      </div>
    </div>
  );
}
