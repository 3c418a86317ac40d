import type { Right } from './api/session';

/** What rights speak of, in the order people ask about it. */
export const AREAS = ['usage', 'keys', 'playground', 'billing', 'alerts', 'team', 'account'] as const;
export type Area = (typeof AREAS)[number];

/** How far a role's rights go in one area: each level holds those before it. */
export type Level = 'none' | 'see' | 'change' | 'close';

const LEVELS: Record<string, Level> = {
  read: 'see',
  use: 'change',
  write: 'change',
  delete: 'close',
};
const ORDER: readonly Level[] = ['none', 'see', 'change', 'close'];

export function levelOf(rights: readonly Right[], area: Area): Level {
  const held = rights.map((right) => right.split(':')).filter(([of]) => of === area);
  const levels = held.map(([, deed = '']) => LEVELS[deed] ?? 'see');
  return levels.reduce((most, level) => (ORDER.indexOf(level) > ORDER.indexOf(most) ? level : most), 'none');
}
