import { describe, expect, it } from '@jest/globals';
import { priceCredits } from './price.js';

describe('the price of an example', () => {
  it('is exact where floating point would not be', () => {
    expect(priceCredits({ tokens: 157, multiplier: 0.5 })).toBe(78.5);
    expect(priceCredits({ tokens: 1000, multiplier: 1.5 })).toBe(1500);
    expect(priceCredits({ tokens: 3, multiplier: 0.1 })).toBe(0.3);
    expect(priceCredits({ tokens: 1_000_003, multiplier: 1.005 })).toBe(1_005_003.015);
  });

  it('stays exact for the most tokens the calculator takes', () => {
    expect(priceCredits({ tokens: 1_999_999_998, multiplier: 0.001 })).toBe(1_999_999.998);
  });
});
