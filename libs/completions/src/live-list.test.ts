import { describe, expect, it } from '@jest/globals';
import { LiveList } from './live-list.js';

describe('a list of what is under way', () => {
  it('holds what was added and not removed, whatever the order of leaving', () => {
    const list = new LiveList<number>();
    const places = Array.from({ length: 7 }, (_, number) => list.add(number));
    for (const leaving of [3, 0, 6, 1]) list.remove(places[leaving]!);
    expect(list.all().toSorted()).toEqual([2, 4, 5]);
    list.remove(list.add(8));
    for (const leaving of [2, 5, 4]) list.remove(places[leaving]!);
    expect(list.all()).toEqual([]);
  });

  it('can be gone through while its items leave', () => {
    const list = new LiveList<string>();
    const places = ['a', 'b', 'c'].map((name) => list.add(name));
    const seen = list.all().map((name) => {
      list.remove(places['abc'.indexOf(name)]!);
      return name;
    });
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(list.all()).toEqual([]);
  });
});
