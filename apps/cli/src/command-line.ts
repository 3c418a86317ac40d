import { Command, CommanderError } from 'commander';
import { accountCommands } from './account.commands.js';
import { describeFailure } from './failure.js';
import { keyCommands } from './key.commands.js';
import { ledgerCommands } from './ledger.commands.js';
import { mailCommands } from './mail.commands.js';
import { modelCommands } from './model.commands.js';
import { operatorCommands } from './operator.commands.js';
import { type Run, Services } from './services.js';
import { upstreamCommands } from './upstream.commands.js';

/** What is around a run: a process, or a test. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  write(text: string): void;
  writeError(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
}

/** Runs one command and resolves with the exit code. What fails is one line on standard error. */
export async function runCommandLine(words: string[], around: Surroundings): Promise<number> {
  const json = words.includes('--json');
  let exitCode = 0;
  const run: Run =
    (work) =>
    async (...given) => {
      const services = await Services.open(around.environment, around.readInput);
      try {
        const answer = await work(services, ...given);
        around.write(`${json ? JSON.stringify(answer.json) : answer.text}\n`);
        if (answer.note && !json) around.writeError(`${answer.note}\n`);
        exitCode = answer.exitCode ?? 0;
      } finally {
        await services.close();
      }
    };
  try {
    await programOf(run, json ? { ...around, writeError: () => undefined } : around).parseAsync(words, {
      from: 'user',
    });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = describeFailure(error);
    around.writeError(json ? `${JSON.stringify({ error: failure })}\n` : `${failure.message}\n`);
    return 1;
  }
}

function programOf(run: Run, around: Pick<Surroundings, 'write' | 'writeError'>): Command {
  const program = new Command('cli')
    .description("The operator's commands. They work on the running service; --json is for programs.")
    .option('--json', 'print one JSON object or array')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => around.write(text),
      writeErr: (text) => around.writeError(text),
      // What failed is said once, by whoever called.
      outputError: () => undefined,
    })
    .exitOverride();
  accountCommands(program, run);
  keyCommands(program, run);
  modelCommands(program, run);
  upstreamCommands(program, run);
  ledgerCommands(program, run);
  mailCommands(program, run);
  operatorCommands(program, run);
  for (const group of [program, ...program.commands]) group.helpCommand(false);
  return program;
}
