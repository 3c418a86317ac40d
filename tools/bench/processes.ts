import { readdirSync, readFileSync } from 'node:fs';

/** One line of the system's table of processes. Times in clock ticks. */
interface ProcessLine {
  pid: number;
  parent: number;
  name: string;
  command: string;
  ownTicks: number;
  /** Of children that have ended and been waited for. */
  endedTicks: number;
}

const TICK_US = 10_000;

/** Process accounting is read from /proc, which only Linux has. */
export const canAccount = process.platform === 'linux';

function readLine(pid: number): ProcessLine | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name is in brackets and may hold anything, brackets too.
    const nameEnd = stat.lastIndexOf(')');
    const fields = stat.slice(nameEnd + 2).split(' ');
    return {
      pid,
      parent: Number(fields[1]),
      name: stat.slice(stat.indexOf('(') + 1, nameEnd),
      command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '),
      ownTicks: Number(fields[11]) + Number(fields[12]),
      endedTicks: Number(fields[13]) + Number(fields[14]),
    };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

function descendantsOf(root: number): ProcessLine[] {
  const lines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readLine(Number(name)))
    .filter((line) => line !== undefined);
  const found: ProcessLine[] = [];
  for (let parents = new Set([root]); parents.size > 0; ) {
    const children = lines.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return found;
}

/** The processes under the supervisor that answer requests. */
export function apiPids(supervisorPid: number): number[] {
  return descendantsOf(supervisorPid)
    .filter(({ command }) => command.includes('apps/api/src/main.js'))
    .map(({ pid }) => pid);
}

/** The server's first process, under which all its others are. */
export function postmasterPid(supervisorPid: number): number {
  const found = descendantsOf(supervisorPid).find(
    ({ name, parent }) => name === 'postgres' && parent === supervisorPid,
  );
  if (!found) throw new Error('no PostgreSQL among the processes of the product');
  return found.pid;
}

/** Processor time so far of these processes alone, in microseconds. */
export function cpuUs(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + (readLine(pid)?.ownTicks ?? 0), 0) * TICK_US;
}

/** Processor time so far of a process and everything it ever started, also what has ended, in microseconds. */
export function treeCpuUs(root: number): number {
  const lines = [readLine(root), ...descendantsOf(root)].filter((line) => line !== undefined);
  return lines.reduce((sum, line) => sum + line.ownTicks + line.endedTicks, 0) * TICK_US;
}

/** Resident memory of these processes now, in megabytes. */
export function memoryMb(pids: number[]): number {
  const kilobytes = (pid: number) => {
    try {
      return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  };
  return pids.reduce((sum, pid) => sum + kilobytes(pid), 0) / 1024;
}
