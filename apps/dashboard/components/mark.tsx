/** Two rules under a line: how a column of figures ends in a ledger. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="size-5 shrink-0 text-accent" aria-hidden="true">
      <path d="M6 9h20M6 20h20M6 25h20" stroke="currentColor" strokeWidth="3" />
    </svg>
  );
}
