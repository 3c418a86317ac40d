import { first, type SearchParams } from './model-filter';

export const ENTRY_KINDS = [
  'grant',
  'charge',
  'expire',
  'clawback',
  'restore',
  'debt',
  'debt_payment',
] as const;

export interface StatementFilter {
  kind: (typeof ENTRY_KINDS)[number] | '';
  cursor: string;
}

/** Which lines of the statement the address asks for. */
export function readStatementFilter(params: SearchParams): StatementFilter {
  return {
    kind: ENTRY_KINDS.find((kind) => kind === first(params.kind)) ?? '',
    cursor: first(params.cursor),
  };
}

export function statementHref({ kind, cursor }: StatementFilter): string {
  const query = new URLSearchParams({ ...(kind && { kind }), ...(cursor && { cursor }) });
  return query.size > 0 ? `/billing?${query}#statement` : '/billing#statement';
}
