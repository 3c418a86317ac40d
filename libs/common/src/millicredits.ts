/**
 * Credits are counted in integer millicredits (1 credit = 1,000) and never in floating point.
 * Numbers with at most three decimals appear only at the edges: JSON, CSV, screens.
 */
export type Millicredits = bigint;

const MILLI = 1000n;

/** A multiplier or an amount of credits with at most three decimals, as an integer count of thousandths. */
export function toMilli(decimal: number | string): bigint {
  const text = typeof decimal === 'number' ? plainDecimal(decimal) : decimal.trim();
  const match = /^(-?)(\d+)(?:\.(\d{1,3}))?$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a decimal number with at most three decimals`);
  const [, sign, whole = '0', fraction = ''] = match;
  const milli = BigInt(whole) * MILLI + BigInt(fraction.padEnd(3, '0'));
  return sign ? -milli : milli;
}

function plainDecimal(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(`${value} is out of range`);
  }
  return String(value);
}

/**
 * 8 million million credits: the most an account, a budget or one amount may come to. From 2^43 credits on (8.8 million
 * million) neighbouring doubles lie further apart than a millicredit, and JSON would lose the last digit.
 */
export const MOST_MILLICREDITS: Millicredits = 8_000_000_000_000_000n;

/** Millicredits as credits for JSON. Exact up to `MOST_MILLICREDITS`. */
export function toCredits(millicredits: Millicredits): number {
  return Number(millicredits) / 1000;
}

/** Thousandths as a plain decimal string without trailing zeros: `1500n` is `"1.5"`. */
export function formatMilli(milli: bigint): string {
  const sign = milli < 0n ? '-' : '';
  const absolute = milli < 0n ? -milli : milli;
  const fraction = (absolute % MILLI).toString().padStart(3, '0').replace(/0+$/, '');
  return `${sign}${absolute / MILLI}${fraction ? `.${fraction}` : ''}`;
}

/**
 * The price of a request, in millicredits: (prompt + completion tokens) x multiplier. Exact, no rounding.
 * Hold, settlement, pages, exports and mails all call this one function.
 */
export function priceMillicredits(input: {
  promptTokens: number;
  completionTokens: number;
  multiplierMilli: bigint;
}): Millicredits {
  return BigInt(input.promptTokens + input.completionTokens) * input.multiplierMilli;
}
