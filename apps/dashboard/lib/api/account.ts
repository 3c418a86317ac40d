import { cache } from 'react';
import { answered } from './client';
import type { paths } from './generated/schema';
import { sessionApi } from './session';

type Get<Path extends keyof paths> = paths[Path] extends { get: infer Operation } ? Operation : never;
type Body<Path extends keyof paths> =
  Get<Path> extends { responses: { 200: { content: { 'application/json': infer Json } } } } ? Json : never;
type Query<Path extends keyof paths> =
  Get<Path> extends { parameters: { query?: infer Asked } } ? Asked : never;

export type Usage = Body<'/api/dashboard/usage'>;
export type Requests = Body<'/api/dashboard/requests'>;
export type UsageRequest = Requests['data'][number];
export type Grant = Body<'/api/dashboard/billing/grants'>['data'][number];
export type Ledger = Body<'/api/dashboard/billing/ledger'>;
export type Entry = Ledger['data'][number];
export type Hold = Body<'/api/dashboard/billing/holds'>['data'][number];
export type Plan = Body<'/api/dashboard/billing/plans'>['data'][number];

export function readUsage(query: Query<'/api/dashboard/usage'>) {
  return answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/usage', { params: { query }, signal }),
  );
}

export function readRequests(query: Query<'/api/dashboard/requests'>) {
  return answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/requests', { params: { query }, signal }),
  );
}

/** Asked once a page. A status of 404 means: not there, or not this account's. */
export const readRequest = cache((id: string) =>
  answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/requests/{id}', { params: { path: { id } }, signal }),
  ),
);

export function readGrants() {
  return answered(async (signal) => (await sessionApi()).GET('/api/dashboard/billing/grants', { signal }));
}

export function readLedger(query: Query<'/api/dashboard/billing/ledger'>) {
  return answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/billing/ledger', { params: { query }, signal }),
  );
}

export function readHolds() {
  return answered(async (signal) => (await sessionApi()).GET('/api/dashboard/billing/holds', { signal }));
}

export function readPlans() {
  return answered(async (signal) => (await sessionApi()).GET('/api/dashboard/billing/plans', { signal }));
}
