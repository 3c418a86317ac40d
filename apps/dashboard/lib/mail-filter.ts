import { first, type SearchParams } from './model-filter';

export const MAIL_STATES = ['queued', 'sent', 'failed', 'logged'] as const;

export interface MailFilter {
  to: string;
  kind: string;
  state: (typeof MAIL_STATES)[number] | '';
  cursor: string;
}

/** Which mails the address asks for. */
export function readMailFilter(params: SearchParams): MailFilter {
  return {
    to: first(params.to),
    kind: first(params.kind),
    state: MAIL_STATES.find((state) => state === first(params.state)) ?? '',
    cursor: first(params.cursor),
  };
}

/** What of the filter was chosen: an address or a question to the API names nothing else. */
export function chosenOf(filter: MailFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
}

export function mailsHref(filter: MailFilter): string {
  const query = new URLSearchParams(chosenOf(filter));
  return query.size > 0 ? `/operator/mails?${query}` : '/operator/mails';
}
