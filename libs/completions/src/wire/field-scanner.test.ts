import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lastField, scanObject } from './field-scanner.js';
import { objectText, unknownMember } from './testing/json-members.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner));
  return deepest + 1;
}

describe('the field scanner', () => {
  test('finds every key and value of any object where its text was written', () => {
    fc.assert(
      fc.property(fc.array(unknownMember, { maxLength: 8 }), (members) => {
        const text = objectText(members);
        const json = Buffer.from(text);
        const scan = scanObject(json);
        expect(scan.fields.map(({ name }) => name)).toEqual(members.map(({ name }) => name));
        expect(scan.fields.map((field) => json.toString('utf8', field.valueStart, field.valueEnd))).toEqual(
          members.map(({ value }) => value),
        );
        expect(scan.fields.map((field) => json.toString('utf8', field.keyStart, field.keyStart + 2))).toEqual(
          members.map(({ key }) => Buffer.from(key).toString('utf8', 0, 2)),
        );
        expect(scan).toMatchObject({ fieldCount: members.length, open: 0, close: json.length - 1 });
      }),
    );
  });

  test('measures the depth of any value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(scanObject(Buffer.from(text)).maxDepth).toBe(depthOf(JSON.parse(text)));
      }),
    );
  });

  test('takes a string for one string however many escapes it has and wherever they lie', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\\', '"', 'a', 'é', '\\"', 'b'.repeat(31))), (parts) => {
        const value = JSON.stringify(parts.join(''));
        const json = Buffer.from(`{"a":${value},"b":1}`);
        const { fields } = scanObject(json);
        expect(fields.map(({ name }) => name)).toEqual(['a', 'b']);
        expect(json.toString('utf8', fields[0]!.valueStart, fields[0]!.valueEnd)).toBe(value);
      }),
    );
  });

  test('passes over long runs of numbers to just the places where walking them would lead', () => {
    const numbers = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), {
      maxLength: 40,
    });
    const mixed = fc.array(
      fc.oneof(numbers, fc.integer(), fc.constantFrom<unknown>(']', '[1,2', {}, { a: [7] })),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(numbers, mixed, fc.array(mixed)), { maxLength: 6 }), (values) => {
        const texts = values.map((value) => JSON.stringify(value));
        const json = Buffer.from(`{${texts.map((text, index) => `"k${index}":${text}`).join(',')}}`);
        const scan = scanObject(json);
        expect(scan.fields.map((field) => json.toString('utf8', field.valueStart, field.valueEnd))).toEqual(
          texts,
        );
        expect(scan).toMatchObject({ maxDepth: values.length === 0 ? 1 : depthOf(values) });
        expect(scan.close).toBe(json.length - 1);
      }),
      { numRuns: 300 },
    );
  });

  test('takes time that grows with the bytes alone, whatever brackets are in them', () => {
    for (const text of ['[1', '[1,2,3,', '[1,{},"', '[-1,[']) {
      const json = Buffer.from(text.repeat(200_000));
      const startedAt = performance.now();
      scanObject(json);
      // A search from each bracket to the end would take many seconds.
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  test('scans an object inside a larger one and stays inside it', () => {
    const json = Buffer.from('{"usage": {"a":1, "credits" : 2 } ,"credits":3}');
    const usage = lastField(scanObject(json), 'usage')!;
    const inner = scanObject(json, usage.valueStart, usage.valueEnd);
    expect(inner.fields.map(({ name }) => name)).toEqual(['a', 'credits']);
    expect(inner.close).toBe(usage.valueEnd - 1);
  });

  test('unescapes keys', () => {
    const { fields } = scanObject(Buffer.from('{"\\u006dodel":1,"m\\u00f6del":2,"möbel":3}'));
    expect(fields.map(({ name }) => name)).toEqual(['model', 'mödel', 'möbel']);
  });

  test('of a repeated key the last is taken, as parsers do', () => {
    const json = Buffer.from('{"usage":1,"usage":22}');
    const field = lastField(scanObject(json), 'usage')!;
    expect(json.toString('utf8', field.valueStart, field.valueEnd)).toBe('22');
  });

  test('ends on bytes that are not JSON, without throwing', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', ' ', '"a"', '\u00e9');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const json = Buffer.from(parts.join(''));
        expect(scanObject(json).fieldCount).toBeGreaterThanOrEqual(0);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(scanObject(Buffer.from(bytes)).maxDepth).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('lists a thousand fields of a body full of keys and counts the rest', () => {
    const json = Buffer.from(`{${Array.from({ length: 3000 }, (_, index) => `"k${index}":0`).join(',')}}`);
    const scan = scanObject(json);
    expect(scan.fields).toHaveLength(1000);
    expect(scan.fieldCount).toBe(3000);
  });
});
