import type messages from '@/messages/en.json';

/** The rail's pages in their order. One that is not here yet is not offered. */
export const CONSOLE_PAGES: readonly ConsoleEntry[] = [
  { href: '/overview', label: 'overview' },
  { href: '/usage', label: 'usage' },
  { href: '/catalog', label: 'catalog' },
  { href: '/playground', label: 'playground' },
  { href: '/keys', label: 'keys' },
  { href: '/billing', label: 'billing' },
  { href: '/alerts', label: 'alerts' },
  { href: '/team', label: 'team' },
  { href: '/settings', label: 'settings' },
];

/** The same for whoever runs the service. */
export const OPERATOR_PAGES: readonly ConsoleEntry[] = [{ href: '/operator/mails', label: 'mails' }];

export interface ConsoleEntry {
  href: string;
  label: keyof (typeof messages)['console']['pages'];
}
