import { cache } from 'react';
import { answered } from './client';
import type { paths } from './generated/schema';
import { sessionApi } from './session';

type Get<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Json } } } };
}
  ? Json
  : never;

export type Alerts = Get<'/api/dashboard/alerts'>;
export type Alert = Alerts['data'][number];
export type AlertPreference = Get<'/api/dashboard/alerts/preferences'>['data'][number];

/** Pages of the inbox, newest first. */
export function readAlerts(query: { unread?: string; open?: string; cursor?: string; limit?: string }) {
  return answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/alerts', { params: { query }, signal }),
  );
}

/** Asked once a page: the rail and the page itself want it. */
export const readAlertCount = cache(() =>
  answered(async (signal) => (await sessionApi()).GET('/api/dashboard/alerts/count', { signal })),
);

export function readAlertPreferences() {
  return answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/alerts/preferences', { signal }),
  );
}

export function readAlertThreshold() {
  return answered(async (signal) => (await sessionApi()).GET('/api/dashboard/alerts/threshold', { signal }));
}
