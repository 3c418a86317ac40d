import { describe, expect, it } from '@jest/globals';
import { OutputTexts } from './output-texts.js';

describe('the output of a stream, kept for counting', () => {
  it('is each choice’s pieces in the order they came, however many', () => {
    const outputs = new OutputTexts();
    const expected = ['', '', ''];
    for (let i = 0; i < 1_000; i++) {
      const choice = i % 3;
      outputs.add([{ choice, text: `${i},` }]);
      expected[choice] += `${i},`;
    }
    expect(outputs.texts()).toEqual(expected);
  });

  it('leaves out choices that said nothing, and those that never came', () => {
    const outputs = new OutputTexts();
    outputs.add([
      { choice: 0, text: '' },
      { choice: 5, text: 'five' },
    ]);
    expect(outputs.texts()).toEqual(['five']);
    expect(outputs.texts([{ choice: 0, text: 'held' }])).toEqual(['held', 'five']);
    expect(outputs.texts()).toEqual(['five']);
  });
});
