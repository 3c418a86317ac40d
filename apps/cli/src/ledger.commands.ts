import type { Command } from 'commander';
import { type LedgerProof, LedgerProofService } from '#billing';
import { type Answer, table } from './output.js';
import type { Run, Services } from './services.js';

export function ledgerCommands(program: Command, run: Run): void {
  program
    .command('ledger')
    .description('The books of all accounts')
    .command('proof')
    .description('recompute every balance from entries and holds; exit code 1 when something does not add up')
    .action(run(proof));
}

async function proof(services: Services): Promise<Answer> {
  const found = await services.get(LedgerProofService).prove();
  return { json: found, text: textOf(found), exitCode: found.differences.length === 0 ? 0 : 1 };
}

function textOf({ accounts, grants, entries, holds, differences }: LedgerProof): string {
  const read = `${accounts} accounts, ${grants} grants, ${entries} entries, ${holds} holds`;
  if (differences.length === 0) return `The books add up: ${read}.`;
  const rows = differences.map(({ check, subject, detail }) => [check, subject, detail]);
  return `${table(['CHECK', 'IN', 'DIFFERENCE'], rows)}\n\nThe books do not add up: ${differences.length} found in ${read}.`;
}
