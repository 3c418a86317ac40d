import { type BadInputCase, GOOD_TEXT, invalid, MODEL, refused, withText } from './bad-input-case.js';

const MAX_BODY_BYTES = 20 * 1024 * 1024;

export function malformed(): BadInputCase[] {
  const texts: Record<string, string> = {
    'an empty body': '',
    'white space': ' \r\n\t ',
    'a word': 'hello',
    'an open brace': '{',
    'a closing brace': '}',
    'an open string': `{"model":"${MODEL}`,
    'a key without value': '{"model"}',
    'a key without value, with colon': '{"model":}',
    'a trailing comma': `{${GOOD_TEXT},}`,
    'a leading comma': `{,${GOOD_TEXT}}`,
    'a missing comma': `{"model":"${MODEL}" "messages":[]}`,
    'single quotes': "{'model':'x'}",
    'keys without quotes': '{model:"x"}',
    'a comment': `{${GOOD_TEXT}/* */}`,
    'two objects': `{${GOOD_TEXT}}{${GOOD_TEXT}}`,
    'text behind the object': `{${GOOD_TEXT}} hello`,
    'a missing end': `{${GOOD_TEXT}`,
    'a byte order mark': `\ufeff{${GOOD_TEXT}}`,
    'a form': 'model=llama3.2%3A3b&messages=hello',
    NaN: `{${GOOD_TEXT},"temperature":NaN}`,
    Infinity: `{${GOOD_TEXT},"temperature":Infinity}`,
    'a hexadecimal number': `{${GOOD_TEXT},"seed":0x10}`,
    'a leading zero': `{${GOOD_TEXT},"seed":01}`,
    'a leading plus': `{${GOOD_TEXT},"seed":+1}`,
    'a bare fraction': `{${GOOD_TEXT},"top_p":.5}`,
    'a bare point': `{${GOOD_TEXT},"top_p":1.}`,
    'an open exponent': `{${GOOD_TEXT},"top_p":1e}`,
    'an unknown escape': `{${GOOD_TEXT},"user":"\\x"}`,
    'a short escape': `{${GOOD_TEXT},"user":"\\u12"}`,
    'a line break in a string': `{${GOOD_TEXT},"user":"a\nb"}`,
    'a tab in a string': `{${GOOD_TEXT},"user":"a\tb"}`,
    True: `{${GOOD_TEXT},"stream":True}`,
    undefined: `{${GOOD_TEXT},"stream":undefined}`,
    'an array': '[]',
    'an array of requests': `[{${GOOD_TEXT}}]`,
    'a string': '"hello"',
    'a number': '42',
    null: 'null',
    true: 'true',
    'a server-sent event': `data: {${GOOD_TEXT}}\n\n`,
    XML: '<?xml version="1.0"?><model/>',
  };
  return Object.entries(texts).map(([name, text]) => refused(name, text, 'invalid_json', null));
}

export function wrongBytes(): BadInputCase[] {
  const around = (...bytes: number[]): Buffer =>
    Buffer.concat([Buffer.from(`{${GOOD_TEXT},"user":"`), Buffer.from(bytes), Buffer.from('"}')]);
  const bytes: Record<string, Buffer> = {
    'NUL in a string': around(0),
    'a lone byte of 255': around(0xff),
    'a lone continuation byte': around(0x80),
    'a cut sequence': around(0xe2, 0x82),
    'a cut sequence before the quote': around(0xf0, 0x9f, 0x98),
    'an overlong slash': around(0xc0, 0xaf),
    'an overlong NUL': around(0xc0, 0x80),
    'a surrogate in UTF-8': around(0xed, 0xa0, 0x80),
    'beyond U+10FFFF': around(0xf4, 0x90, 0x80, 0x80),
    'Latin-1': Buffer.from(`{${GOOD_TEXT},"user":"gr\u00fc\u00df"}`, 'latin1'),
    'UTF-16': Buffer.from(`{${GOOD_TEXT}}`, 'utf16le'),
    'NUL before the object': Buffer.from(`\u0000{${GOOD_TEXT}}`),
    'NUL behind the object': Buffer.from(`{${GOOD_TEXT}}\u0000`),
    'nothing but NUL': Buffer.alloc(100),
    gzip: Buffer.from('1f8b0800000000000003ab56ca48cdc9c957b2520200', 'hex'),
    'bytes of every value': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  };
  return Object.entries(bytes).map(([name, body]) => refused(name, body, 'invalid_json', null));
}

export function wrongSizes(): BadInputCase[] {
  const nested = (open: string, close: string, depth: number): string =>
    `{${GOOD_TEXT},"metadata":${open.repeat(depth)}1${close.repeat(depth)}}`;
  const large = (name: string, make: () => Buffer): BadInputCase => ({
    name,
    body: make,
    status: 413,
    code: 'request_too_large',
    param: null,
  });
  const manyFields = Array.from({ length: 300 }, (_, index) => `"x${index}":0`).join(',');
  return [
    refused('objects 10,000 deep', nested('{"a":', '}', 10_000), invalid, null),
    refused('arrays 10,000 deep', nested('[', ']', 10_000), invalid, null),
    refused('objects 100 deep in an object', nested('{"a":', '}', 100), invalid, null),
    refused('a million open brackets', '['.repeat(1_000_000), invalid, null),
    refused(
      'a message 10,000 deep',
      `{"model":"${MODEL}","messages":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      invalid,
      null,
    ),
    withText('300 unknown fields', manyFields, invalid, null),
    large('20 MB + 1 of a good request', () => {
      const body = Buffer.alloc(MAX_BODY_BYTES + 1, 0x20);
      body.write(`{${GOOD_TEXT}}`);
      return body;
    }),
    large('20 MB + 1 of one string', () => {
      const body = Buffer.alloc(MAX_BODY_BYTES + 1, 0x61);
      body.write(`{${GOOD_TEXT},"user":"`);
      body.write('"}', body.length - 2);
      return body;
    }),
    large('20 MB + 1 of nothing', () => Buffer.alloc(MAX_BODY_BYTES + 1)),
  ];
}
