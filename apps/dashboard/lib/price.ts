/**
 * What a number of tokens costs, in credits, at a multiplier in credits per token.
 * Exact: counted in whole millicredits, as the ledger does, for every sum below 9 billion credits.
 * It is for showing examples; what a request really cost is only ever read from the API.
 */
export function priceCredits(price: { tokens: number; multiplier: number }): number {
  return (price.tokens * Math.round(price.multiplier * 1000)) / 1000;
}
