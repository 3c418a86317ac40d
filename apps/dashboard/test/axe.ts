import axe from 'axe-core';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  id: string;
  impact: string | null;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/**
 * What axe finds serious or critical; of all its rules, or of one alone. A mail in its frame is left out: it is no
 * page of ours, and lets no script in.
 */
export async function seriousFindings(page: Page, rule?: 'color-contrast'): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    ({ tags, only }) => {
      const { axe: here } = window as unknown as {
        axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
      };
      const runOnly = only ? { type: 'rule', values: [only] } : { type: 'tag', values: tags };
      return here
        .run({ runOnly, resultTypes: ['violations'], iframes: false })
        .then((result) => result.violations);
    },
    { tags: TAGS, only: rule },
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `axe ${id}: ${help}: ${html.slice(0, 160)} ${failureSummary?.split('\n')[1]?.trim() ?? ''}`,
      ),
    );
}
