/** What the product costs beside a proxy that does nothing. See README.md. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Contest, type Contestant, type Measured } from './contest.ts';
import { profileApi } from './profile.ts';
import { booksReport, table } from './report.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,32' },
    processes: { type: 'string', default: '1' },
    profile: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
/** The compiler is done by then: below it, it takes more time than the requests. A slow machine warms up in part. */
const WARM_UP_ANSWERS = 40_000;
const WARM_UP_SECONDS = 4;
const WARM_UP_TURNS = 5;

async function main(): Promise<boolean> {
  const seconds = Number(values.seconds);
  const connections = values.connections.split(',').map(Number);
  const most = Math.max(...connections);
  const contest = await Contest.open({ processes: Number(values.processes), inspectable: values.profile });
  try {
    for (const contestant of ['bare', 'api'] as const) {
      await warmUp(contest, { contestant, connections: most });
    }
    if (values.profile) {
      console.log(await profileApi(contest, { connections: most, seconds }));
      return true;
    }
    const measured: Measured[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const count of connections) {
        for (const contestant of ['bare', 'api'] as const) {
          process.stderr.write(`\rround ${round + 1}, ${count} connections, ${contestant}   `);
          measured.push(await contest.run({ contestant, connections: count, seconds }));
        }
      }
    }
    process.stderr.write('\r\u001b[K');
    const books = await contest.checkBooks();
    console.log(table(measured));
    console.log(booksReport(books));
    if (values.json) writeFileSync(values.json, `${JSON.stringify({ measured, books }, null, 2)}\n`);
    return books.problems.length === 0;
  } finally {
    await contest.close();
  }
}

async function warmUp(
  contest: Contest,
  load: { contestant: Contestant; connections: number },
): Promise<void> {
  let answers = 0;
  for (let turn = 0; turn < WARM_UP_TURNS && answers < WARM_UP_ANSWERS; turn++) {
    answers += (await contest.run({ ...load, seconds: WARM_UP_SECONDS })).answers;
  }
}

process.exit((await main()) ? 0 : 1);
