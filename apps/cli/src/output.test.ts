import { expect, it } from '@jest/globals';
import { countText, creditText, facts, table, timeText } from './output.js';

it('a table has its columns in line, numbers to the right, and a dash for what is missing', () => {
  expect(
    table(
      ['NAME', 'CREDITS', 'UNTIL'],
      [
        ['ada', '1,000.5', null],
        ['grace', '7', '2027-01-31'],
      ],
    ),
  ).toBe(
    [
      'NAME   CREDITS  UNTIL',
      '-----  -------  ----------',
      'ada    1,000.5  -',
      'grace        7  2027-01-31',
    ].join('\n'),
  );
  expect(table(['NAME'], [])).toBe('NAME\n----');
});

it('a control character in a name from outside never reaches the terminal', () => {
  expect(facts({ Name: 'a\u001b[2Jb\r\nc' })).toBe('Name  a [2Jb  c');
  expect(table(['NAME'], [['a\u0007']])).not.toContain('\u0007');
});

it('credits and counts are grouped by thousands, times are to the minute in UTC', () => {
  expect([0n, 1n, 78_500n, 1_234_567_890n, -1_500_000n].map(creditText)).toEqual([
    '0',
    '0.001',
    '78.5',
    '1,234,567.89',
    '-1,500',
  ]);
  expect(countText(131_072)).toBe('131,072');
  expect(timeText(new Date('2027-01-31T23:59:59.999Z'))).toBe('2027-01-31 23:59 UTC');
  expect(timeText(null)).toBeNull();
});
