import { useEffect, useRef, useState } from 'react';
import { type AnswerPart, readAnswer } from '@/lib/answer-stream';

export interface Settings {
  model: string;
  system: string;
  temperature: string;
  maxTokens: string;
}

export interface Turn {
  id: number;
  question: string;
  model: string;
  text: string;
  thinking: string;
  state: 'running' | 'complete' | 'stopped' | 'failed';
  requestId: string | null;
  usage: { promptTokens: number; completionTokens: number; credits: number | null } | null;
  /** What the API said, and its code: a missing credit has an answer of its own. */
  failure: { code: string | null; message: string } | null;
}

/** A conversation with one model after another. It is kept in this page alone, and nowhere else. */
export function useChat() {
  const [turns, setTurns] = useState<Turn[]>([]);
  const running = useRef<AbortController | null>(null);
  const next = useRef(1);
  // Whoever leaves the page pays no further.
  useEffect(() => () => running.current?.abort(), []);

  async function ask(question: string, settings: Settings) {
    const id = next.current++;
    const change = (by: (turn: Turn) => Partial<Turn>) =>
      setTurns((all) => all.map((turn) => (turn.id === id ? { ...turn, ...by(turn) } : turn)));
    const before = turns;
    setTurns([...before, newTurn(id, question, settings.model)]);
    const abort = new AbortController();
    running.current = abort;
    try {
      const response = await send(bodyOf(before, question, settings), abort.signal);
      change(() => ({ requestId: response.headers.get('x-request-id') }));
      if (!response.ok || !response.body) {
        const failure = await failureOf(response);
        change(() => ({ state: 'failed', failure }));
        return;
      }
      for await (const part of readAnswer(response.body)) change((turn) => changed(turn, part));
      change(({ state }) => ({ state: state === 'running' ? 'complete' : state }));
    } catch {
      const isStopped = abort.signal.aborted;
      change(() =>
        isStopped ? { state: 'stopped' } : { state: 'failed', failure: { code: 'connection', message: '' } },
      );
    } finally {
      running.current = null;
    }
  }

  return {
    turns,
    ask,
    isRunning: turns.at(-1)?.state === 'running',
    stop: () => running.current?.abort(),
    clear: () => setTurns([]),
  };
}

function newTurn(id: number, question: string, model: string): Turn {
  const empty = { text: '', thinking: '', requestId: null, usage: null, failure: null };
  return { id, question, model, state: 'running', ...empty };
}

function changed(turn: Turn, part: AnswerPart): Partial<Turn> {
  if (part.kind === 'text') return { text: turn.text + part.text };
  if (part.kind === 'thinking') return { thinking: turn.thinking + part.text };
  if (part.kind === 'failed') return { state: 'failed', failure: { code: null, message: part.message } };
  const { kind: _, ...usage } = part;
  return { usage };
}

/** The conversation so far, without the turns that brought nothing. */
function bodyOf(turns: Turn[], question: string, { model, system, temperature, maxTokens }: Settings) {
  const said = turns
    .filter(({ text }) => text !== '')
    .flatMap((turn) => [
      { role: 'user', content: turn.question },
      { role: 'assistant', content: turn.text },
    ]);
  return {
    model,
    messages: [
      ...(system.trim() ? [{ role: 'system', content: system }] : []),
      ...said,
      { role: 'user', content: question },
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...(temperature !== '' && { temperature: Number(temperature) }),
    ...(maxTokens !== '' && { max_tokens: Number(maxTokens) }),
  };
}

function send(body: object, signal: AbortSignal): Promise<Response> {
  return fetch('/api/dashboard/playground/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
}

async function failureOf(response: Response): Promise<Turn['failure']> {
  const answer = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string };
  } | null;
  return { code: answer?.error?.code ?? null, message: answer?.error?.message ?? String(response.status) };
}
