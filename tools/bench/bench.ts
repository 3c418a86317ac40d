/** What the product costs beside a proxy that does nothing. See README.md. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Contest, type Measured } from './contest.ts';
import { endure } from './endurance.ts';
import { killAtFullLoad } from './kill.ts';
import { pageFigures } from './page-figures.ts';
import { profileApi } from './profile.ts';
import { booksReport, commitsReport, enduredReport, killReport, table } from './report.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,32,128' },
    streams: { type: 'string', default: '32,128' },
    processes: { type: 'string', default: '1' },
    peers: { type: 'boolean', default: false },
    'no-kill': { type: 'boolean', default: false },
    endurance: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    json: { type: 'string' },
    page: { type: 'string' },
  },
});
/** The compiler is done by then: below it, it takes more time than the requests. A slow machine warms up in part. */
const WARM_UP_ANSWERS = 40_000;
const WARM_UP_SECONDS = 4;
const WARM_UP_TURNS = 5;
const KILL_CONNECTIONS = 128;

const seconds = Number(values.seconds);
const connections = numbers(values.connections);
const streams = numbers(values.streams);
const most = Math.max(...connections, 32);

async function main(): Promise<boolean> {
  const inspectable = values.profile || values.endurance;
  const contest = await Contest.open({
    processes: Number(values.processes),
    inspectable,
    peers: values.peers,
  });
  try {
    for (const contestant of ['bare', 'api']) await warmUp(contest, contestant);
    if (values.profile) {
      const stream = connections.length === 0;
      const load = { connections: stream ? Math.max(...streams) : most, seconds, stream };
      console.log(await profileApi(contest, load));
      return true;
    }
    if (values.endurance) {
      console.log(enduredReport(await endure(contest)));
      return true;
    }
    const measured = await takeTurns(contest);
    const commits = await contest.commits();
    console.log(table(measured));
    console.log(commitsReport(commits, measured));
    const afterKill = values['no-kill'] ? undefined : await killAtFullLoad(contest, KILL_CONNECTIONS);
    const books = await contest.checkBooks();
    if (afterKill) console.log(killReport(afterKill));
    console.log(booksReport(books));
    const everything = { measured, commits, afterKill, books };
    if (values.json) writeFileSync(values.json, `${JSON.stringify(everything, null, 2)}\n`);
    if (values.page) {
      const figures = pageFigures(everything, new Date().toISOString().slice(0, 10));
      writeFileSync(values.page, `${JSON.stringify(figures, null, 2)}\n`);
    }
    return books.problems.length === 0 && (afterKill?.problems.length ?? 0) === 0;
  } finally {
    await contest.close();
  }
}

async function takeTurns(contest: Contest): Promise<Measured[]> {
  const measured: Measured[] = [];
  const plain = connections.map((count) => ({ connections: count, stream: false }));
  const streamed = streams.map((count) => ({ connections: count, stream: true }));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const load of [...plain, ...streamed]) {
      const peers = load.stream ? [] : contest.peers.map(({ name }) => name);
      for (const contestant of ['bare', 'api', ...peers]) {
        const what = load.stream ? 'streams' : 'connections';
        process.stderr.write(`\r\u001b[Kround ${round + 1}, ${load.connections} ${what}, ${contestant}`);
        measured.push(await contest.run({ ...load, contestant, seconds }));
      }
    }
  }
  process.stderr.write('\r\u001b[K');
  return measured;
}

async function warmUp(contest: Contest, contestant: string): Promise<void> {
  let answers = 0;
  for (let turn = 0; turn < WARM_UP_TURNS && answers < WARM_UP_ANSWERS; turn++) {
    answers += (await contest.run({ contestant, connections: most, seconds: WARM_UP_SECONDS })).answers;
  }
  if (streams.length > 0)
    await contest.run({ contestant, connections: Math.max(...streams), seconds: 3, stream: true });
}

function numbers(list: string): number[] {
  return list.split(',').filter(Boolean).map(Number);
}

process.exit((await main()) ? 0 : 1);
