import { formatMilli, type Millicredits } from '#common';

/** What a command found or did, for a program and for a person. */
export interface Answer {
  json: object;
  text: string;
  /** Beside the text, on standard error, so that a pipe does not carry it. */
  note?: string;
  /** Left out: 0. */
  exitCode?: number;
}

export type Cell = string | number | null | undefined;

/** Columns in line; numbers to the right. What is missing is a dash. */
export function table(columns: string[], rows: Cell[][]): string {
  const body = rows.map((row) => row.map(cellText));
  const widths = columns.map((title, i) => Math.max(title.length, ...body.map((row) => row[i]!.length)));
  const isNumber = columns.map((_, i) => {
    const present = rows.map((row) => row[i] ?? null).filter((cell) => cell !== null);
    return present.length > 0 && present.every((cell) => /^-?[\d,.]+$/.test(String(cell)));
  });
  const line = (cells: string[]) =>
    cells
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** One thing, a fact a line. */
export function facts(pairs: Record<string, Cell>): string {
  const width = Math.max(...Object.keys(pairs).map((name) => name.length));
  return Object.entries(pairs)
    .map(([name, value]) => `${name.padEnd(width)}  ${cellText(value)}`)
    .join('\n');
}

/** `1,234.5`. */
export function creditText(millicredits: Millicredits): string {
  const [whole = '', fraction] = formatMilli(millicredits).split('.');
  return fraction ? `${grouped(whole)}.${fraction}` : grouped(whole);
}

/** `131,072`. */
export const countText = (count: number): string => grouped(String(count));

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** To the minute, in UTC. */
export function timeText(time: Date | null): string | null {
  return time && `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Names come from outside: a control character in one would be obeyed by the terminal. */
function cellText(cell: Cell): string {
  return String(cell ?? '-').replace(/\p{Cc}/gu, ' ');
}
