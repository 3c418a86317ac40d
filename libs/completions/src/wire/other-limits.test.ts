import { expect, it } from '@jest/globals';
import { readRequestBody } from './request-body.js';

const body = (more: object) => Buffer.from(JSON.stringify({ model: 'm', messages: [], ...more }));

it.each(['n_predict', 'max_new_tokens'])(
  'a limit that would overrule ours is refused by name (%s)',
  (name) => {
    expect(() => readRequestBody(body({ [name]: 5_000 }))).toThrow(
      expect.objectContaining({ code: 'unsupported_value', detail: { param: name } }),
    );
    expect(readRequestBody(body({ [name]: null })).model).toBe('m');
  },
);
