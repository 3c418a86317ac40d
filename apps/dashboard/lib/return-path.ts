/**
 * Where to go back to after a form was handled: the path and query of the page that sent it.
 * Only ever a path on this site, whatever the header says, so it cannot lead anywhere else.
 */
export function returnPath(referer: string | null): string {
  const url = referer === null ? null : URL.parse(referer);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return '/';
  // A path that begins with two slashes would be read as another host.
  return `/${url.pathname.replace(/^[/\\]+/, '')}${url.search}`;
}
