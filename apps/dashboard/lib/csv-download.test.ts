import { expect, it } from '@jest/globals';
import { countLines, fileName } from './csv-download';

it('lines are counted wherever a chunk ends', () => {
  const text = new TextEncoder().encode('a,b\r\n1,2\r\n3,4\r\n');
  for (let cut = 0; cut <= text.length; cut++) {
    expect(countLines(text.slice(0, cut)) + countLines(text.slice(cut))).toBe(3);
  }
});

it('the file has the name that the API gave it', () => {
  expect(fileName('attachment; filename="usage-2026-11.csv"')).toBe('usage-2026-11.csv');
  expect(fileName(null)).toBe('usage.csv');
});
