import type pg from 'pg';

/** A process that died, as the system knew it. Unix milliseconds. */
export interface Death {
  pid: number;
  startedAtMs: number;
  diedAtMs: number;
}

export interface DeadHoldsReport {
  /** Holds that their process left behind. */
  orphans: number;
  stillOpen: number;
  /** From death to the end of the hold. */
  longestSeconds: number;
  wrong: string[];
}

/** I4: how long holds outlived the processes that took them. */
export async function checkDeadHolds(client: pg.Client, deaths: Death[]): Promise<DeadHoldsReport> {
  const report: DeadHoldsReport = { orphans: 0, stillOpen: 0, longestSeconds: 0, wrong: [] };
  const { rows } = await client.query<{
    name: string;
    startedms: string;
    endedms: string | null;
    state: string;
  }>(
    `SELECT p.name, extract(epoch FROM p.started_at) * 1000 AS startedms, extract(epoch FROM h.ended_at) * 1000 AS endedms, h.state
     FROM holds h JOIN processes p ON p.id = h.process_id WHERE h.state IN ('open', 'expired')`,
  );
  const byPid = new Map<number, Death[]>();
  for (const death of deaths) byPid.set(death.pid, [...(byPid.get(death.pid) ?? []), death]);
  for (const row of rows) {
    const pid = Number(row.name.split(' ')[1]);
    const startedMs = Number(row.startedms);
    const death = byPid.get(pid)?.find((one) => startedMs >= one.startedAtMs && startedMs <= one.diedAtMs);
    if (!death) {
      report.wrong.push(`a hold of ${row.name} is ${row.state}, and that process did not die`);
      continue;
    }
    report.orphans += 1;
    if (row.endedms === null) {
      report.stillOpen += 1;
      if (Date.now() - death.diedAtMs > 45_000) report.wrong.push(`a hold of ${row.name} is still open`);
      continue;
    }
    const seconds = (Number(row.endedms) - death.diedAtMs) / 1000;
    report.longestSeconds = Math.max(report.longestSeconds, seconds);
    if (seconds > 45)
      report.wrong.push(`a hold of ${row.name} ended ${seconds.toFixed(1)} s after its death`);
  }
  return report;
}
