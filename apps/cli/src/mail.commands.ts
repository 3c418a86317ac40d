import type { Command } from 'commander';
import { DomainError, parseId } from '#common';
import { type LoggedMail, MailLogService } from '#notifications';
import { parseWholeNumber } from './option-parsers.js';
import { type Answer, facts, table, timeText } from './output.js';
import type { Run, Services } from './services.js';

const NEWEST = 100;

export function mailCommands(program: Command, run: Run): void {
  const mail = program.command('mail').description('The mail log: what was written to whom');
  mail
    .command('list')
    .description('mails, newest first')
    .option('--to <E>', 'those to one address')
    .option('--limit <N>', `the newest N; left out: ${NEWEST}`, parseWholeNumber)
    .action(run(list));
  mail.command('show').description('one mail, as it was written').argument('<ID>').action(run(show));
}

async function list(services: Services, options: { to?: string; limit?: number }): Promise<Answer> {
  const { mails } = await services
    .get(MailLogService)
    .list({ to: options.to, limit: options.limit ?? NEWEST });
  return {
    json: mails.map(({ id, to, kind, state, at }) => ({ id, to, kind, state, at })),
    text: table(
      ['MAIL ID', 'AT', 'TO', 'KIND', 'STATE', 'SUBJECT'],
      mails.map((mail) => [mail.id, timeText(mail.at), mail.to, mail.kind, mail.state, mail.subject]),
    ),
  };
}

async function show(services: Services, text: string): Promise<Answer> {
  const id = parseId('mail', text.trim());
  if (!id)
    throw new DomainError('invalid_value', 'The id of a mail is mail_ and 32 digits; mail list shows it.');
  const found = await services.get(MailLogService).show(id, { withSecrets: !services.isProduction });
  return {
    json: found,
    text: `${headText(found)}\n\n${found.text ?? 'Its text is not shown, or was erased.'}`,
  };
}

function headText(mail: LoggedMail): string {
  return facts({
    Mail: mail.id,
    To: mail.to,
    Subject: mail.subject,
    Kind: mail.kind,
    State: mail.state,
    Written: timeText(mail.at),
    Sent: timeText(mail.sentAt),
    Attempts: mail.attempts,
    'Last error': mail.lastError,
  });
}
