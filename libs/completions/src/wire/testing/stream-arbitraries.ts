import fc from 'fast-check';
import { unknownMember, valueText } from './json-members.js';

/** How an upstream writes its events. */
export interface EventStyle {
  lineEnd: '\n' | '\r\n' | '\r';
  afterColon: '' | ' ';
}

/** One event as data on one line, and what the client must get for it when it is neither held nor kept. */
export interface WrittenEvent {
  /** Text with `MODEL` where the upstream's name for the model stands. */
  data: string;
  before: string;
}

export const eventStyle: fc.Arbitrary<EventStyle> = fc.record({
  lineEnd: fc.constantFrom<EventStyle['lineEnd']>('\n', '\n', '\r\n', '\r'),
  afterColon: fc.constantFrom<EventStyle['afterColon']>('', ' '),
});

const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');

const outputText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

/** A chunk with output, none of it final, around fields nobody knows. */
const outputChunk = fc
  .tuple(outputText, valueText, unknownMember, fc.nat(2))
  .map(([text, value, { key }, index]) => chunkText({ text, value, key, index }));

function chunkText(parts: { text: string; value: string; key: string; index: number }): string {
  return oneLine(
    `{"id":"c-1", "big":12345678901234567890,${parts.key}:${parts.value},"model": MODEL ,` +
      `"choices":[{"index":${parts.index},"delta":{"content":${JSON.stringify(parts.text)}},"finish_reason":null}],"usage":null}`,
  );
}

const other = fc.constantFrom(
  '{"id":"c-1","model":MODEL,"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}',
  '{"id":"c-1","model":MODEL,"choices":[{"index":0,"delta":{},"finish_reason":""}]}',
  '{"id":"c-1","choices":[],"prompt_filter_results":[]}',
);

/** Events of a stream as long as it has no end: chunks, many of them alike, comments, events of other kinds. */
export const streamEvents: fc.Arbitrary<WrittenEvent[]> = fc
  .tuple(valueText, unknownMember)
  .chain(([value, { key }]) => {
    const alike = outputText.map((text) => chunkText({ text, value, key, index: 1 }));
    return fc.array(
      fc.record({
        data: fc.oneof(alike, alike, alike, outputChunk, other),
        before: fc.constantFrom('', '', '', '', ': ping', 'id: 7', 'event: message', ':'),
      }),
      { maxLength: 10 },
    );
  });

/** The bytes of an event, with that model in it. */
export function eventText(event: WrittenEvent, style: EventStyle, model: string): string {
  const before = event.before === '' ? '' : event.before + style.lineEnd;
  const data = event.data.replace('MODEL', () => model);
  return `${before}data:${style.afterColon}${data}${style.lineEnd}${style.lineEnd}`;
}

/** The bytes cut at those places. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (one, other) => one - other,
  );
  const starts = [0, ...sorted];
  return starts.map((start, index) => bytes.subarray(start, sorted[index] ?? bytes.length));
}
