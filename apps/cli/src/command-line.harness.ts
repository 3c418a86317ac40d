import { randomBytes } from 'node:crypto';
import { createTestDatabase } from '#database';
import { prepareDatabase } from '#operator';
import { runCommandLine } from './command-line.js';

/** What a run left behind. */
export interface Ran {
  exitCode: number;
  output: string;
  errors: string;
}

/** A database with the first-run data, and the commands as a process would run them on it. */
export async function startCommandLine() {
  const database = await createTestDatabase();
  await prepareDatabase({ url: database.url });
  const installation = {
    DATABASE_URL: database.url,
    SECRETS_KEY: randomBytes(32).toString('hex'),
  };

  async function run(
    words: string[],
    given: { environment?: NodeJS.ProcessEnv; input?: string } = {},
  ): Promise<Ran> {
    const ran: Ran = { exitCode: 0, output: '', errors: '' };
    ran.exitCode = await runCommandLine(words, {
      environment: given.environment ?? installation,
      write: (text) => {
        ran.output += text;
      },
      writeError: (text) => {
        ran.errors += text;
      },
      readInput: async () => given.input ?? '',
    });
    return ran;
  }

  return {
    ...database,
    installation,
    /** Splits at spaces; words with spaces in them go into `run`. */
    say: (line: string) => run(line.split(' ')),
    run,
    /** The one JSON value that a command prints, when it succeeds. */
    async json<T = Record<string, unknown>>(line: string | string[]): Promise<T> {
      const ran = await run([...(typeof line === 'string' ? line.split(' ') : line), '--json']);
      if (ran.exitCode !== 0) throw new Error(ran.errors);
      return JSON.parse(ran.output) as T;
    },
  };
}

export type TestCommandLine = Awaited<ReturnType<typeof startCommandLine>>;
