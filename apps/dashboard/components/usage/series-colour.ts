/** The fill of each series by its number; 0 is what the models without a series of their own share. */
export const SERIES_DOT = [
  'fill-series-other',
  'fill-series-1',
  'fill-series-2',
  'fill-series-3',
  'fill-series-4',
  'fill-series-5',
  'fill-series-6',
  'fill-series-7',
  'fill-series-8',
] as const;
