import { Agent, request } from 'node:http';
import type { HostileMode } from '../scenarios/hostile-modes.ts';
import { MODEL, type World, type WorldAccount } from './world.ts';

/** What became of one request to a misbehaving upstream, as its client saw it. */
export interface HostileCall {
  name: string;
  mode: HostileMode;
  accountUuid: string;
  prompt: string;
  status: number;
  requestId: string | undefined;
  headers: string;
  body: Buffer;
  /** Whether the answer ended as HTTP says it must. */
  complete: boolean;
  /** The same answer straight from the upstream, where bytes are compared. */
  reference: Buffer | undefined;
}

const PATIENCE_MS = 60_000;

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
  complete: boolean;
}

/** Sends requests that say how the upstream is to misbehave, through the product and, to compare, past it. */
export class HostileClient {
  private readonly world: World;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private turn = 0;

  constructor(world: World) {
    this.world = world;
  }

  async send(name: string, mode: HostileMode, account: WorldAccount): Promise<HostileCall> {
    const { slots } = this.world;
    const prompt = `${name}: [[sandbox: ${mode.script}]]`;
    const slot = slots[this.turn++ % slots.length]!;
    const answer = await this.post(`http://127.0.0.1:${slot.port}/v1`, account.key, {
      ...bodyOf(mode, prompt),
    });
    const reference = mode.exact
      ? await this.post(this.world.sandboxUrl, 'reference', { ...bodyOf(mode, prompt), user: 'reference' })
      : undefined;
    return {
      name,
      mode,
      accountUuid: account.accountUuid,
      prompt,
      status: answer.status,
      requestId: answer.headers['x-request-id'] as string | undefined,
      headers: JSON.stringify(answer.headers),
      body: answer.body,
      complete: answer.complete,
      reference: reference?.body,
    };
  }

  close(): void {
    this.agent.destroy();
  }

  private post(baseUrl: string, key: string, body: object): Promise<Answer> {
    return new Promise((done) => {
      const chunks: Buffer[] = [];
      const end = (status: number, headers: Record<string, unknown>, complete: boolean) =>
        done({ status, headers, body: Buffer.concat(chunks), complete });
      const sent = request(
        `${baseUrl}/chat/completions`,
        {
          method: 'POST',
          agent: this.agent,
          timeout: PATIENCE_MS,
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        },
        (answer) => {
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', () => undefined);
          answer.on('close', () => end(answer.statusCode ?? 0, answer.headers, answer.complete));
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('patience')));
      sent.on('error', () => end(0, {}, false));
      sent.end(JSON.stringify(body));
    });
  }
}

function bodyOf({ streamed }: HostileMode, prompt: string): object {
  return {
    model: MODEL,
    max_tokens: 64,
    messages: [{ role: 'user', content: prompt }],
    ...(streamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}
