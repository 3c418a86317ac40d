'use client';

import { Direction } from 'radix-ui';
import type { ReactNode } from 'react';

/** Tells menus and sheets which way the page reads: they are made outside the page's own tree. */
export function ReadingDirection({ dir, children }: { dir: 'ltr' | 'rtl'; children: ReactNode }) {
  return <Direction.Provider dir={dir}>{children}</Direction.Provider>;
}
