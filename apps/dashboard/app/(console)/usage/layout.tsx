import type { ReactNode } from 'react';

/** The list, and over it the receipt of the row that was opened. */
export default function UsageLayout({ children, sheet }: { children: ReactNode; sheet: ReactNode }) {
  return (
    <>
      {children}
      {sheet}
    </>
  );
}
