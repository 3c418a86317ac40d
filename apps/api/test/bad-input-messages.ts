import { type BadInputCase, HELLO, invalid, MODEL, missing, refused, withFields } from './bad-input-case.js';

/** One message behind a good one, so that an index of 1 shows that the right one is named. */
export function wrongMessages(): BadInputCase[] {
  const at = (name: string, message: unknown, code: string, path: string): BadInputCase =>
    withFields(`message ${name}`, { messages: [...HELLO, message] }, code, `messages[1]${path}`);
  const part = (name: string, value: unknown, code: string, path: string): BadInputCase =>
    at(
      `part ${name}`,
      { role: 'user', content: [{ type: 'text', text: 'a' }, value] },
      code,
      `.content[1]${path}`,
    );
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  return [
    refused('no messages', JSON.stringify({ model: MODEL }), missing, 'messages'),
    withFields('messages null', { messages: null }, missing, 'messages'),
    withFields('messages empty', { messages: [] }, invalid, 'messages'),
    ...['x', 1, true, null, [], [HELLO[0]]].map((value) =>
      at(`as ${JSON.stringify(value)}`, value, invalid, ''),
    ),
    at('empty', {}, missing, '.role'),
    at('without role', { content: 'x' }, missing, '.role'),
    at('with role null', { role: null, content: 'x' }, missing, '.role'),
    ...['', 'User', 'bot', 'human', 'model', 1, true, [], {}, ['user']].map((role) =>
      at(`with role ${JSON.stringify(role)}`, { role, content: 'x' }, invalid, '.role'),
    ),
    ...['system', 'developer', 'user', 'tool'].flatMap((role) => [
      at(`of ${role} without content`, { role }, missing, '.content'),
      at(`of ${role} with content null`, { role, content: null }, missing, '.content'),
    ]),
    ...['user', 'assistant', 'system', 'tool'].flatMap((role) =>
      [1, true, { text: 'x' }].map((content) =>
        at(`of ${role} with content ${JSON.stringify(content)}`, { role, content }, invalid, '.content'),
      ),
    ),
    ...[1, true, ['x'], {}].map((name) =>
      at(`with name ${JSON.stringify(name)}`, { role: 'user', content: 'x', name }, invalid, '.name'),
    ),
    ...['x', 1, true, call].map((tool_calls) =>
      at(
        `with tool_calls ${JSON.stringify(tool_calls)}`,
        { role: 'assistant', tool_calls },
        invalid,
        '.tool_calls',
      ),
    ),
    ...['x', 1, null, []].map((one) =>
      at(
        `with tool call ${JSON.stringify(one)}`,
        { role: 'assistant', tool_calls: [call, one] },
        invalid,
        '.tool_calls[1]',
      ),
    ),
    ...['x', 1, true, null, []].map((value) => part(`as ${JSON.stringify(value)}`, value, invalid, '')),
    part('empty', {}, missing, '.type'),
    part('with type null', { type: null }, missing, '.type'),
    ...[1, true, [], {}].map((type) => part(`with type ${JSON.stringify(type)}`, { type }, invalid, '.type')),
    ...[undefined, null, 1, true, [], {}].map((text) =>
      part(`of text ${JSON.stringify(text)}`, { type: 'text', text }, invalid, '.text'),
    ),
    ...[undefined, null].map((image_url) =>
      part(`of image ${JSON.stringify(image_url)}`, { type: 'image_url', image_url }, missing, '.image_url'),
    ),
    ...[1, true, []].map((image_url) =>
      part(`of image ${JSON.stringify(image_url)}`, { type: 'image_url', image_url }, invalid, '.image_url'),
    ),
    ...[undefined, null, 1, true, [], {}].map((url) =>
      part(
        `of image with url ${JSON.stringify(url)}`,
        { type: 'image_url', image_url: { url } },
        invalid,
        '.image_url.url',
      ),
    ),
  ];
}
