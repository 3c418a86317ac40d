import { closeSync, openSync, writeSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import type { Life } from './api-slot.ts';
import { pause, randomFrom } from './timing.ts';
import { MODEL, type World, type WorldAccount } from './world.ts';

/**
 * What became of a request, as its sender knows it: `ok` has the whole answer, `fail` was refused or told of an
 * error, `unknown` was cut before its end, `unsent` reached nobody. Times are Unix milliseconds.
 */
export interface Operation {
  name: string;
  accountUuid: string;
  streamed: boolean;
  life: Life;
  startedAtMs: number;
  endedAtMs: number;
  state: 'open' | 'ok' | 'fail' | 'unknown' | 'unsent';
  status?: number;
  code?: string;
  retryAfter?: string;
  requestId?: string;
  /** What the client was told it cost, in millicredits. */
  toldMillicredits?: bigint;
  toldTokens?: number;
}

/** How the driver asks. Tokens are completion tokens, one a chunk. */
export interface TrafficShape {
  workers: number;
  streamShare: number;
  msPerToken: number;
  mostTokens: number;
  seed: number;
}

const CREDITS = /"credits":(\d+)(?:\.(\d{1,3}))?/;
/** Longer than any limit of the product in these runs. */
export const PATIENCE_MS = 40_000;

/** Workers that send one request after another, each to the next process that takes it, and write down everything. */
export class Traffic {
  readonly operations: Operation[] = [];
  private readonly world: World;
  private readonly shape: TrafficShape;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });
  private readonly journal: number;
  private readonly random: () => number;
  private working: Promise<unknown> | undefined;
  private stopping = false;
  private turn = 0;
  /** Picked from for each request; a scenario may narrow it. */
  accounts: WorldAccount[];

  constructor(world: World, shape: TrafficShape) {
    this.world = world;
    this.shape = shape;
    this.accounts = world.accounts;
    this.random = randomFrom(shape.seed);
    this.journal = openSync(join(world.folder, 'driver.jsonl'), 'a');
  }

  start(): void {
    this.working = Promise.all(Array.from({ length: this.shape.workers }, () => this.work()));
  }

  /** Requests under way get their time to end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.working;
    this.agent.destroy();
    closeSync(this.journal);
  }

  private async work(): Promise<void> {
    while (!this.stopping) {
      const operation = await this.send();
      // Who is refused comes back a little later, as clients do.
      if (operation.state !== 'ok') await pause(30);
    }
  }

  private pickPort(): { port: number; life: Life } | undefined {
    const { slots } = this.world;
    for (let i = 0; i < slots.length; i++) {
      this.turn = (this.turn + 1) % slots.length;
      const slot = slots[this.turn]!;
      if (slot.isReady) return { port: slot.port, life: slot.life };
    }
    return undefined;
  }

  /** One request, start to end. */
  private async send(): Promise<Operation> {
    const to = this.pickPort();
    const account = this.accounts[Math.floor(this.random() * this.accounts.length)]!;
    const operation: Operation = {
      name: `op-${this.shape.seed}-${this.operations.length}`,
      accountUuid: account.accountUuid,
      streamed: this.random() < this.shape.streamShare,
      life: to?.life ?? this.world.slots[0]!.life,
      startedAtMs: Date.now(),
      endedAtMs: 0,
      state: 'open',
    };
    if (!to) return this.end(operation, 'unsent');
    this.operations.push(operation);
    this.write({ invoke: operation.name, account: account.accountUuid, pid: to.life.pid });
    const tokens = 3 + Math.floor(this.random() * this.shape.mostTokens);
    const body = JSON.stringify({
      model: MODEL,
      max_tokens: this.shape.mostTokens + 8,
      messages: [
        {
          role: 'user',
          content: `${operation.name}: [[sandbox: tokens=${tokens}; ms=${this.shape.msPerToken}]]`,
        },
      ],
      ...(operation.streamed
        ? { stream: true, ...(this.random() < 0.5 ? { stream_options: { include_usage: true } } : {}) }
        : {}),
    });
    await this.exchange(operation, { port: to.port, key: account.key, body });
    this.write({ [operation.state]: operation.name, ...this.told(operation) });
    return operation;
  }

  private exchange(
    operation: Operation,
    call: { port: number; key: string; body: string },
  ): Promise<Operation> {
    return new Promise((done) => {
      const finish = (state: Operation['state']) => {
        if (operation.state === 'open') done(this.end(operation, state));
      };
      const sent = request(
        {
          host: '127.0.0.1',
          port: call.port,
          path: '/v1/chat/completions',
          method: 'POST',
          agent: this.agent,
          timeout: PATIENCE_MS,
          headers: {
            authorization: `Bearer ${call.key}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(call.body),
          },
        },
        (answer) => this.read(operation, answer, finish),
      );
      sent.on('timeout', () => sent.destroy(new Error('patience')));
      sent.on('error', (error: NodeJS.ErrnoException) =>
        finish(error.code === 'ECONNREFUSED' ? 'unsent' : 'unknown'),
      );
      sent.end(call.body);
    });
  }

  private read(
    operation: Operation,
    answer: IncomingMessage,
    finish: (state: Operation['state']) => void,
  ): void {
    const { headers, statusCode = 0 } = answer;
    operation.status = statusCode;
    operation.requestId = String(headers['x-request-id'] ?? '') || undefined;
    operation.retryAfter = headers['retry-after'];
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
      this.listen(operation, text);
    });
    answer.on('end', () => {
      if (!answer.complete) return finish('unknown');
      if (statusCode !== 200) {
        operation.code = /"code":"([a-z_]+)"/.exec(text)?.[1];
        return finish('fail');
      }
      if (!operation.streamed || text.includes('data: [DONE]')) return finish('ok');
      operation.code = /"code":"([a-z_]+)"/.exec(text)?.[1];
      return finish(operation.code ? 'fail' : 'unknown');
    });
    answer.on('error', () => finish('unknown'));
    answer.on('close', () => finish('unknown'));
  }

  /** What has been told so far counts, whether or not the answer ends well. */
  private listen(operation: Operation, text: string): void {
    const at = text.lastIndexOf('"credits":');
    if (at < 0) return;
    const [, whole, part = ''] = CREDITS.exec(text.slice(at)) ?? [];
    if (whole === undefined) return;
    operation.toldMillicredits = BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'));
    const total = /"total_tokens":(\d+)/.exec(text.slice(text.lastIndexOf('"usage"')));
    if (total) operation.toldTokens = Number(total[1]);
  }

  private end(operation: Operation, state: Operation['state']): Operation {
    operation.state = state;
    operation.endedAtMs = Date.now();
    return operation;
  }

  private told(operation: Operation): object {
    const { status, code, requestId, toldMillicredits } = operation;
    return { status, code, requestId, told: toldMillicredits?.toString() };
  }

  private write(line: object): void {
    writeSync(this.journal, `${JSON.stringify({ at: Date.now(), ...line })}\n`);
  }
}
