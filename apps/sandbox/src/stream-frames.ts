import type { Answer, Choice } from './answer.js';
import { extraFields, toolCallId } from './plain-body.js';
import type { Script } from './script.js';
import { usageJson } from './usage.js';

/** One event of a stream before it is written: its JSON, and what the journal is to know about it. */
export interface Frame {
  kind: 'opening' | 'output' | 'finish' | 'usage';
  json: string;
  sent?: { choice: number; text: string; tokens: number };
  usage?: string;
}

/** An answer as the events of a stream, well formed; faults are added to them later. */
export function* streamFrames(answer: Answer, script: Script): Generator<Frame> {
  const format = new FrameFormat(answer, script);
  yield* format.opening();
  for (const choice of answer.choices) yield* format.reasoning(choice);
  yield* outputs(answer, script, format);
  yield* format.closing();
}

/** Choices take turns; one that has no more to say finishes at once, between the words of the others. */
function* outputs(answer: Answer, script: Script, format: FrameFormat): Generator<Frame> {
  const step = chunkTokens(script);
  const cursors = answer.choices.map(() => 0);
  let open = answer.choices.length;
  for (let at = 0; open > 0; at = (at + 1) % answer.choices.length) {
    const choice = answer.choices[at]!;
    const from = cursors[at]!;
    if (from < 0) continue;
    const to = Math.min(from + step, choice.pieces.length);
    const last = to >= choice.pieces.length;
    cursors[at] = last ? -1 : to;
    if (last) open -= 1;
    yield* format.output(choice, { from, to, endsChoice: last, endsAnswer: open === 0 });
  }
}

/** A run of letters goes out as one chunk unless told otherwise: that is the point of it. */
function chunkTokens(script: Script): number {
  const standard = script.letters === undefined ? 1 : Number.POSITIVE_INFINITY;
  return Math.max(1, script['chunk-tokens'] ?? standard);
}

interface Slice {
  from: number;
  to: number;
  endsChoice: boolean;
  endsAnswer: boolean;
}

class FrameFormat {
  private readonly head: string;
  /** What follows the choices of a chunk that carries no usage: OpenAI writes `"usage":null` there when asked for usage. */
  private readonly quiet: string;
  private readonly usage: string | undefined;
  private tokensSent = 0;

  constructor(
    private readonly answer: Answer,
    private readonly script: Script,
  ) {
    const object = answer.kind === 'chat' ? 'chat.completion.chunk' : 'text_completion';
    this.head = `{"id":"${answer.id}","object":"${object}","created":${answer.created},"model":${JSON.stringify(answer.model)},"system_fingerprint":"fp_sandbox",${extraFields(script)}"choices":[`;
    this.usage =
      answer.includeUsage || script.usage !== undefined ? usageJson(answer.tokens, script) : undefined;
    this.quiet = answer.includeUsage && this.usage !== undefined ? '],"usage":null}' : ']}';
  }

  *opening(): Generator<Frame> {
    if (this.answer.kind === 'chat') {
      for (const { index, form } of this.answer.choices) {
        const content = form === 'content' ? '""' : 'null';
        const delta = `{"role":"assistant","content":${content},"refusal":null}`;
        yield { kind: 'opening', json: this.chunk(this.choice(index, delta, 'null')) };
      }
    }
    if (this.script.usage === 'early') yield this.usageFrame(this.usage);
    if (this.script.usage === 'twice') {
      yield this.usageFrame(usageJson({ ...this.answer.tokens, completionTokens: 1 }, this.script));
    }
  }

  *reasoning({ index, reasoning }: Choice): Generator<Frame> {
    for (const piece of reasoning) {
      const delta = `{"reasoning_content":${JSON.stringify(piece)}}`;
      yield this.withText(this.choice(index, delta, 'null'), { choice: index, text: piece, tokens: 1 });
    }
  }

  *output(choice: Choice, slice: Slice): Generator<Frame> {
    const { from, to } = slice;
    const { index, pieces } = choice;
    if (from === 0 && choice.form === 'tool') yield this.toolOpening(choice);
    const merged = slice.endsChoice && this.script['finish-with-content'] === true && to > from;
    const finish = merged ? JSON.stringify(choice.finishReason) : 'null';
    if (to > from) {
      const text = to - from === 1 ? pieces[from]! : pieces.slice(from, to).join('');
      const body = this.choice(index, this.delta(choice, text), finish);
      yield this.withText(body, { choice: index, text, tokens: to - from }, slice);
    }
    if (slice.endsChoice && !merged && choice.finishReason !== null) {
      const ended = this.choice(
        index,
        this.answer.kind === 'chat' ? '{}' : '""',
        JSON.stringify(choice.finishReason),
      );
      const usage = this.script.usage === 'finish' && slice.endsAnswer ? this.usage : undefined;
      yield { kind: 'finish', json: this.chunk(ended, usage), usage };
    }
  }

  /** The usage chunk with its empty `choices`, as OpenAI ends a stream that was asked for it. */
  *closing(): Generator<Frame> {
    const elsewhere = ['early', 'last-content', 'finish'].includes(this.script.usage ?? '');
    if (this.usage !== undefined && !elsewhere) yield this.usageFrame(this.usage);
  }

  private withText(body: string, sent: NonNullable<Frame['sent']>, slice?: Slice): Frame {
    this.tokensSent += sent.tokens;
    const usage = this.usageBeside(slice);
    return { kind: 'output', json: this.chunk(body, usage), sent, usage };
  }

  private usageBeside(slice: Slice | undefined): string | undefined {
    if (this.script.usage === 'last-content') return slice?.endsAnswer ? this.usage : undefined;
    if (this.script.usage === 'finish') {
      return slice?.endsAnswer && this.script['finish-with-content'] ? this.usage : undefined;
    }
    if (this.script.usage !== 'every') return undefined;
    return usageJson({ ...this.answer.tokens, completionTokens: this.tokensSent }, this.script);
  }

  private toolOpening(choice: Choice): Frame {
    const name = choice.toolName ?? '';
    const call = `{"index":0,"id":"${toolCallId(this.answer, choice)}","type":"function","function":{"name":${JSON.stringify(name)},"arguments":""}}`;
    const body = this.choice(choice.index, `{"tool_calls":[${call}]}`, 'null');
    return this.withText(body, { choice: choice.index, text: name, tokens: 0 });
  }

  /** The delta of chat, or the bare text of completions. */
  private delta({ form }: Choice, text: string): string {
    const quoted = JSON.stringify(text);
    if (this.answer.kind === 'text') return quoted;
    if (form === 'tool') return `{"tool_calls":[{"index":0,"function":{"arguments":${quoted}}}]}`;
    return form === 'refusal' ? `{"refusal":${quoted}}` : `{"content":${quoted}}`;
  }

  private choice(index: number, delta: string, finish: string): string {
    return this.answer.kind === 'chat'
      ? `{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finish}}`
      : `{"text":${delta},"index":${index},"logprobs":null,"finish_reason":${finish}}`;
  }

  private chunk(choice: string, usage?: string): string {
    return usage === undefined ? this.head + choice + this.quiet : `${this.head}${choice}],"usage":${usage}}`;
  }

  private usageFrame(usage: string | undefined): Frame {
    return { kind: 'usage', json: this.chunk('', usage), usage };
  }
}
