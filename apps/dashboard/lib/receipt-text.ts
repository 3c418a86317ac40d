import type { UsageRequest } from './api/account';

/** A receipt as text, to paste into a ticket. In English whatever the page's language: names are the API's own. */
export function receiptText(request: UsageRequest): string {
  const lines: [string, string | number][] = [
    ['request', request.id],
    ['created', request.createdAt],
    ['settled', request.settledAt ?? 'open'],
    ['model', request.model],
    ['key', request.keyId ?? 'playground'],
    ['outcome', request.outcome],
    ['multiplier', request.multiplier],
    ['prompt tokens', request.promptTokens],
    ['completion tokens', request.completionTokens],
    ['token count', request.usageSource],
    ['held', request.held],
    ['charged', request.credits],
    ...(request.shortfall > 0 ? [['not covered', request.shortfall] as [string, number]] : []),
    ['balance after', request.balanceAfter ?? '-'],
    ...request.attempts.map(({ upstream, status, ms }, at): [string, string] => [
      `attempt ${at + 1}`,
      `${upstream} ${status} ${ms} ms`,
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return lines.map(([name, value]) => `${name.padEnd(width)}${value}`).join('\n');
}
