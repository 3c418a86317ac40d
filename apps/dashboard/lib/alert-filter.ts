import { first, type SearchParams } from './model-filter';

export interface AlertFilter {
  isUnreadOnly: boolean;
  cursor: string;
}

/** Which alerts the address asks for. */
export function readAlertFilter(params: SearchParams): AlertFilter {
  return { isUnreadOnly: first(params.show) === 'unread', cursor: first(params.cursor) };
}

export function alertsHref({ isUnreadOnly, cursor }: AlertFilter): string {
  const query = new URLSearchParams({ ...(isUnreadOnly && { show: 'unread' }), ...(cursor && { cursor }) });
  return query.size > 0 ? `/alerts?${query}` : '/alerts';
}
