/** Where signing in leads when nobody asked for a page. */
export const FIRST_PAGE = '/overview';

/** The page to open after signing in: only ever a path on this site, whatever the address said. */
export function nextPath(asked: string | string[] | undefined): string {
  if (typeof asked !== 'string' || !/^\/(?![/\\])/.test(asked)) return FIRST_PAGE;
  // Browsers drop tabs and line ends from addresses, which could turn "/<tab>/host" into another host.
  const base = 'http://this.site';
  const url = URL.parse(asked, base);
  if (url?.origin !== base || url.pathname.startsWith('//')) return FIRST_PAGE;
  return `${url.pathname}${url.search}`;
}
