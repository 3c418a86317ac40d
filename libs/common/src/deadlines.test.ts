import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Deadlines } from './deadlines.js';

describe('deadlines', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function begin(deadlines: Deadlines, over: string[], name: string) {
    return deadlines.begin(() => over.push(name));
  }

  it('are over in the order they began, each at its own time', () => {
    const deadlines = new Deadlines(100);
    const over: string[] = [];
    begin(deadlines, over, 'a');
    jest.advanceTimersByTime(60);
    begin(deadlines, over, 'b');
    jest.advanceTimersByTime(39);
    expect(over).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(over).toEqual(['a']);
    jest.advanceTimersByTime(59);
    expect(over).toEqual(['a']);
    jest.advanceTimersByTime(1);
    expect(over).toEqual(['a', 'b']);
  });

  it('say nothing once taken back, whichever place they had', () => {
    const deadlines = new Deadlines(100);
    const over: string[] = [];
    const [a, , c, , e] = ['a', 'b', 'c', 'd', 'e'].map((name) => begin(deadlines, over, name));
    for (const one of [a, c, e]) deadlines.end(one);
    begin(deadlines, over, 'f');
    jest.advanceTimersByTime(100);
    expect(over).toEqual(['b', 'd', 'f']);
  });

  it('may be taken back twice, and after they are over, without harm to the others', () => {
    const deadlines = new Deadlines(100);
    const over: string[] = [];
    const a = begin(deadlines, over, 'a');
    const b = begin(deadlines, over, 'b');
    deadlines.end(a);
    deadlines.end(a);
    jest.advanceTimersByTime(50);
    begin(deadlines, over, 'c');
    jest.advanceTimersByTime(50);
    deadlines.end(b);
    deadlines.end(undefined);
    jest.advanceTimersByTime(50);
    expect(over).toEqual(['b', 'c']);
  });

  it('may begin and end others when one is over', () => {
    const deadlines = new Deadlines(100);
    const over: string[] = [];
    const first = deadlines.begin(() => {
      deadlines.end(second);
      begin(deadlines, over, 'third');
    });
    const second = begin(deadlines, over, 'second');
    jest.advanceTimersByTime(100);
    expect(over).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(over).toEqual(['third']);
    deadlines.end(first);
  });
});
