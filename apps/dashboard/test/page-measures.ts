/**
 * What a page is asked about itself, in the browser: each function is handed over as text and sees nothing of this
 * file but its own body.
 */

export interface Measures {
  /** Of what moved without anybody touching it. */
  layoutShift: number;
  /** As transferred, of what was asked for before there was content to see. */
  scriptBytes: number;
  headings: number;
  faults: string[];
}

/** Elements that leave their box or the page, text that is cut, keys of messages where a message should be. */
export function measurePage({ namespaces, away }: { namespaces: string[]; away: string[] }): Measures {
  const faults: string[] = [];
  const root = document.documentElement;
  const name = (element: Element) => {
    const classes = (element.getAttribute('class') ?? '').slice(0, 60);
    return `<${element.localName} class="${classes}"> ${(element.textContent ?? '').trim().slice(0, 40)}`;
  };
  /** For screen readers alone, or behind a closed one. */
  const isShown = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 1;
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    element !== root &&
    element !== document.body &&
    (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX) ||
      scrolls(element.parentElement));

  if (root.scrollWidth > root.clientWidth)
    faults.push(`the page is ${root.scrollWidth} wide, the window ${root.clientWidth}`);
  for (const element of document.body.querySelectorAll('*')) {
    if (!isShown(element) || element.closest('svg')) continue;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if ((box.right > root.clientWidth + 1 || box.left < -1) && !scrolls(element.parentElement))
      faults.push(`outside the window: ${name(element)}`);
    if (style.display.startsWith('inline') && style.display !== 'inline-block') continue;
    const isWider = element.scrollWidth > element.clientWidth + 1;
    if (
      isWider &&
      style.overflowX === 'visible' &&
      element.clientWidth > 0 &&
      !element.matches('select, option')
    )
      faults.push(`wider than its box (${element.scrollWidth} in ${element.clientWidth}): ${name(element)}`);
    const isCut =
      isWider && !element.matches('input, textarea') && ['hidden', 'clip'].includes(style.overflowX);
    if (isCut && style.textOverflow !== 'ellipsis') faults.push(`cut: ${name(element)}`);
    if (
      isCut &&
      style.textOverflow === 'ellipsis' &&
      !element.closest('[title]') &&
      !element.querySelector('[title]')
    )
      faults.push(`shortened, and nowhere told in full: ${name(element)}`);
    if (
      element.scrollHeight > element.clientHeight + 4 &&
      style.overflowY === 'hidden' &&
      element.clientHeight > 0
    )
      faults.push(`cut below: ${name(element)}`);
  }
  for (const sentence of away)
    if (document.body.innerText.includes(sentence)) faults.push(`it says: ${sentence}`);
  const key = new RegExp(`^(${namespaces.join('|')})(\\.\\w+)+$`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (key.test((node.textContent ?? '').trim()) && !node.parentElement?.closest('script, style'))
      faults.push(`a key for a message: ${node.textContent}`);
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const attribute of ['aria-label', 'title', 'placeholder'])
      if (key.test(element.getAttribute(attribute) ?? ''))
        faults.push(`a key in ${attribute} of ${name(element)}`);

  const { layoutShift } = window as unknown as { layoutShift?: number };
  // What is fetched once content stands there is for the pages that may be next; how soon that begins is chance.
  const painted =
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY;
  const scripts = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(
    ({ name: address, startTime }) => /\.js(\?|$)/.test(address) && startTime < painted,
  );
  return {
    layoutShift: layoutShift ?? -1,
    scriptBytes: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    headings: document.querySelectorAll('h1').length,
    faults: [...new Set(faults)],
  };
}

/** Runs before any script of a page: adds up what moves (Layout Instability, https://wicg.github.io/layout-instability/). */
export function watchLayout(): void {
  const told = window as unknown as { layoutShift: number };
  told.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) told.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}
