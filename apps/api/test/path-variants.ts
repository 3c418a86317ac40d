/** Other spellings of a path, as somebody tries who looks for a way around a comparison. */
export const PATH_VARIANTS: Record<string, (path: string) => string> = {
  'slash at the end': (path) => `${path}/`,
  'two slashes at the end': (path) => `${path}//`,
  'two slashes in front': (path) => `/${path}`,
  'two slashes inside': (path) => path.replace(/\/([^/]+)$/, '//$1'),
  'upper case': (path) => path.replace(/^\/[^/]+/, (first) => first.toUpperCase()),
  'upper case at the end': (path) => path.toUpperCase(),
  'a dot': (path) => path.replace(/\/([^/]+)$/, '/./$1'),
  'an encoded dot': (path) => path.replace(/\/([^/]+)$/, '/%2e/$1'),
  'up and down again': (path) => path.replace(/\/([^/]+)$/, '/x/%2e%2e/$1'),
  'an encoded slash': (path) => path.replace(/(.)\/([^/]+)$/, '$1%2f$2'),
  'a backslash': (path) => path.replace(/(.)\/([^/]+)$/, '$1\\$2'),
  'an encoded letter': (path) =>
    path.replace(/([a-z])([^/]*)$/, (_all, letter, rest) => `%${letter.charCodeAt(0).toString(16)}${rest}`),
  'a semicolon': (path) => `${path};x=1`,
  'a NUL': (path) => `${path}%00`,
  'a query': (path) => `${path}?x=1`,
};
