'use client';

import type { ReactNode } from 'react';

/** Says that something was done, where it was done. */
export function Saved({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="not-empty:mt-4">
      {children && (
        <p className="rounded border border-line border-s-4 border-s-accent bg-surface px-3 py-2">
          {children}
        </p>
      )}
    </div>
  );
}
