import type { ApiHarness } from './api.harness.js';

export interface Letter {
  kind: string;
  subject: string;
  text: string;
  html: string;
}

/** What was written to an address, oldest first; of one kind where that is given. */
export async function mailsTo(api: ApiHarness, address: string, kind?: string): Promise<Letter[]> {
  const { rows } = await api.pool.query(
    `SELECT kind, subject, text_body AS text, html_body AS html FROM mails
     WHERE recipient = $1 AND ($2::text IS NULL OR kind = $2) ORDER BY id`,
    [address, kind ?? null],
  );
  return rows;
}

/** Path and query of the link in the newest mail of a kind, or a failing test. */
export async function linkTo(api: ApiHarness, address: string, kind: string): Promise<string> {
  const text = (await mailsTo(api, address, kind)).at(-1)?.text ?? '';
  const link = text.split(/\s/).find((word) => word.startsWith(`${api.config.publicUrl}/`));
  if (!link) throw new Error(`no ${kind} with a link was written to ${address}: ${text}`);
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}
