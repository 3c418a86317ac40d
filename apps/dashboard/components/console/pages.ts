import type messages from '@/messages/en.json';

/** The rail's pages in their order. One that is not here yet is not offered. */
export const CONSOLE_PAGES: readonly ConsoleEntry[] = [
  { href: '/overview', label: 'overview' },
  { href: '/usage', label: 'usage' },
  { href: '/models', label: 'catalog' },
<<<<<<< HEAD
  { href: '/playground', label: 'playground' },
  { href: '/billing', label: 'billing' },
=======
  { href: '/keys', label: 'keys' },
>>>>>>> 2cebd5a (dashboard: keys are made, shown once, edited, rotated and revoked)
];

export interface ConsoleEntry {
  href: string;
  label: keyof (typeof messages)['console']['pages'];
}
