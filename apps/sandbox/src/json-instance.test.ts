import { describe, expect, it } from '@jest/globals';
import { instanceOf } from './json-instance.js';

describe('an instance of a JSON schema', () => {
  it('has the required properties with values of their type, and no others', () => {
    const schema = {
      type: 'object',
      required: ['city', 'days', 'unit', 'tags', 'when', 'deep'],
      properties: {
        city: { type: 'string', minLength: 10 },
        days: { type: 'integer', minimum: 3 },
        unit: { enum: ['celsius', 'fahrenheit'] },
        tags: { type: 'array', minItems: 2, items: { type: ['boolean', 'null'] } },
        when: { type: 'string', format: 'date' },
        deep: { $ref: '#/$defs/point' },
        optional: { type: 'string' },
      },
      $defs: { point: { allOf: [{ properties: { x: { const: 1 } }, required: ['x'] }] } },
    };
    expect(instanceOf(schema)).toEqual({
      city: 'sandbox---',
      days: 3,
      unit: 'celsius',
      tags: [true, true],
      when: '2026-01-01',
      deep: { x: 1 },
    });
  });

  it('ends where a schema refers to itself', () => {
    const schema = { type: 'object', required: ['next'], properties: { next: { $ref: '#' } } };
    expect(JSON.stringify(instanceOf(schema))).toContain('null');
  });
});
