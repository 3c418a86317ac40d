import { cache } from 'react';
import { answered } from './client';
import type { paths } from './generated/schema';
import { sessionApi } from './session';

type Get<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Json } } } };
}
  ? Json
  : never;
type MailsQuery = NonNullable<paths['/api/operator/mails']['get']['parameters']['query']>;

export type Mails = Get<'/api/operator/mails'>;
export type MailLine = Mails['data'][number];
export type MailRecord = Get<'/api/operator/mails/{id}'>;

/** `query` is what the page's address said: the API refuses a kind or state that there is none of. */
export function readMails(query: Record<string, string>) {
  return answered(async (signal) =>
    (await sessionApi()).GET('/api/operator/mails', { params: { query: query as MailsQuery }, signal }),
  );
}

/** Asked once a page. A status of 404 means: there is no such mail. */
export const readMail = cache((id: string) =>
  answered(async (signal) =>
    (await sessionApi()).GET('/api/operator/mails/{id}', { params: { path: { id } }, signal }),
  ),
);
