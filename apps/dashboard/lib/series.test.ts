import { describe, expect, it } from '@jest/globals';
import { axisTop, coloursOf, seriesOf } from './series.js';

const bucket = (start: string, credits: Record<string, number>) => ({
  start,
  models: Object.entries(credits).map(([model, spent]) => ({ model, credits: spent })),
});

describe('the series of a chart', () => {
  it('stand by what they cost and have a figure for every bucket', () => {
    const series = seriesOf([bucket('1', { a: 0.1, b: 5 }), bucket('2', { a: 0.2 })]);
    expect(series.map(({ model, total, values }) => ({ model, total, values }))).toEqual([
      { model: 'b', total: 5, values: [5, 0] },
      { model: 'a', total: 0.3, values: [0.1, 0.2] },
    ]);
  });

  it('are six and the rest when there are many, and lose no millicredit', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`model-${n}`, n + 0.001]));
    const series = seriesOf([bucket('1', many)]);
    expect(series).toHaveLength(7);
    expect(series.at(-1)).toMatchObject({ model: null, colour: null });
    const total = series.reduce((sum, { values }) => sum + Math.round((values[0] ?? 0) * 1000), 0);
    expect(total).toBe(435_030);
  });

  it('never share a colour on one chart', () => {
    const models = Array.from({ length: 7 }, (_, n) => `model-${n}`);
    expect(new Set(coloursOf(models).values()).size).toBe(7);
  });

  it('keep their colour whatever order they come in', () => {
    const models = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(coloursOf(models.toReversed())).toEqual(coloursOf(models));
  });
});

describe('the top of an axis', () => {
  it('is a round figure above everything', () => {
    expect([0, 0.0004, 1, 1.1, 23, 26, 501].map(axisTop)).toEqual([1, 0.0005, 1, 2, 25, 50, 1000]);
  });
});
