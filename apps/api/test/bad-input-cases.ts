import { malformed, wrongBytes, wrongSizes } from './bad-input-bytes.js';
import type { BadInputCase } from './bad-input-case.js';
import { duplicates, outOfRange, wrongInside, wrongModels, wrongTypes } from './bad-input-fields.js';
import { wrongMessages } from './bad-input-messages.js';

export const BAD_INPUT_CASES: readonly BadInputCase[] = [
  ...malformed(),
  ...wrongBytes(),
  ...wrongModels(),
  ...wrongTypes(),
  ...outOfRange(),
  ...duplicates(),
  ...wrongMessages(),
  ...wrongInside(),
  ...wrongSizes(),
];
