import { PATIENCE_MS } from './traffic.ts';

/** One request of a scenario that looks at each, and the whole of its answer. */
export interface Asked {
  name: string;
  model: string;
  streamed: boolean;
  status: number;
  code: string | undefined;
  requestId: string;
  /** Of a stream: it ended with `[DONE]`; of a plain answer: status 200. */
  isWhole: boolean;
  toldMillicredits: bigint | undefined;
}

/** Sends it and reads to the end. Never rejects: a connection that broke has status 0. */
export async function ask(
  to: { port: number; key: string },
  request: { name: string; model: string; streamed: boolean; script: string },
): Promise<Asked> {
  const { name, model, streamed, script } = request;
  const asked: Asked = {
    name,
    model,
    streamed,
    status: 0,
    code: undefined,
    requestId: '',
    isWhole: false,
    toldMillicredits: undefined,
  };
  try {
    const answer = await fetch(`http://127.0.0.1:${to.port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${to.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        max_tokens: 64,
        messages: [{ role: 'user', content: `${name}: [[sandbox: ${script}]]` }],
        ...(streamed ? { stream: true } : {}),
      }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    asked.status = answer.status;
    asked.requestId = answer.headers.get('x-request-id') ?? '';
    const text = await answer.text();
    asked.code = /"code":"([a-z_]+)"/.exec(text)?.[1];
    asked.isWhole = answer.status === 200 && (streamed ? text.includes('data: [DONE]') : true);
    const [, whole, part = ''] = /"credits":(\d+)(?:\.(\d{1,3}))?/.exec(text) ?? [];
    if (whole !== undefined) asked.toldMillicredits = BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'));
  } catch {
    // What came until then is what the client knows.
  }
  return asked;
}
