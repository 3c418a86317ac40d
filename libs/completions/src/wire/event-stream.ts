import { modelEdits } from './answer-edits.js';
import { ChunkTemplate } from './chunk-template.js';
import type { Edit } from './edits.js';
import { EventBoundary } from './event-boundary.js';
import { scanObject } from './field-scanner.js';
import { deltaOutput, hasFinished, type StreamKind } from './output-text.js';
import { type ChoiceText, choiceIndex, OutputTexts } from './output-texts.js';
import { PendingBytes } from './pending-bytes.js';
import { RelayBuffer } from './relay-buffer.js';
import { isObject } from './request-body.js';
import { finishChunk, type StreamEnd, type StreamFacts, usageChunk } from './stream-end.js';
import { editEvent, isNamed, readEvent, type StreamEvent } from './stream-event.js';

/** Why nothing more can be read from an upstream's stream. */
export type StreamBreak = 'bad_json' | 'event_too_large';

/** A chunk with a finish reason, kept back with the small things that came behind it. */
interface HeldChunk {
  event: StreamEvent;
  model: unknown;
  texts: ChoiceText[];
  trailing: Buffer[];
  trailingBytes: number;
}

const MAX_EVENT_BYTES = 8 * 1024 * 1024;
const MAX_EVENT_LINES = 10_000;
/** Comments and empty deltas behind a finish chunk wait with it, to keep the order; more than this lets it go. */
const MAX_TRAILING_BYTES = 64 * 1024;
const NO_TEXTS: ChoiceText[] = [];
const NO_EDITS: Edit[] = [];
const NOT_JSON = Symbol('not JSON');
const DONE_MARK = '[DONE]';
const DONE = Buffer.from(`data: ${DONE_MARK}\n\n`);
const BLANK_LINE = Buffer.from('\n\n');

/**
 * Reads an upstream's stream as it passes: bytes in at any boundaries, bytes for the client out. They are the
 * upstream's own but for the value of `model`, the finish chunk, which is held until more output or another finish
 * comes, and the usage-only chunk and `[DONE]`, which are kept for `finish`. Does no I/O and never throws.
 */
export class ChatStream {
  /** Some data other than an error or `[DONE]` has come: the upstream has begun to answer. */
  sawData = false;
  /** Output has been returned by `push`, `end` or `finish`. What is only held does not count. */
  sawOutput = false;
  /** A chunk with a finish reason has come. */
  sawFinish = false;
  /** The upstream's `[DONE]` has come; nothing behind it is read. */
  done = false;
  /** The value of the last `usage` that was not null, as parsed. */
  lastUsage: unknown;
  /** The upstream's error event: its `error`, or what else it held. It is not relayed, nor is anything behind it. */
  errorEvent: { error: unknown } | undefined;
  broken: StreamBreak | undefined;

  private readonly boundary = new EventBoundary();
  private readonly pending = new PendingBytes();
  private readonly relayed = new RelayBuffer();
  private readonly delivered = new OutputTexts();
  private readonly template: ChunkTemplate;
  private held: HeldChunk | undefined;
  private closed = false;
  private readonly facts: StreamFacts;

  constructor(answer: { requestedModel: string; kind: StreamKind }) {
    this.template = new ChunkTemplate(answer.kind);
    this.facts = {
      requestedModel: answer.requestedModel,
      kind: answer.kind,
      usageEvent: undefined,
      usageStoodAlone: false,
      identity: undefined,
    };
  }

  /** Whether a finish chunk is in hand. */
  get finishHeld(): boolean {
    return this.held !== undefined;
  }

  /** The output handed out so far, one text for each choice that has some. */
  deliveredTexts(): string[] {
    return this.delivered.texts();
  }

  /** The output that came, with what is held: what a finished answer is counted by. */
  answerTexts(): string[] {
    return this.delivered.texts(this.held?.texts);
  }

  /** Takes bytes of the upstream and returns what the client gets now; null when that is nothing. */
  push(chunk: Buffer): Buffer | null {
    if (this.closed) return null;
    this.boundary.enter(chunk);
    let from = 0;
    while (!this.closed) {
      const end = this.boundary.find(chunk, from);
      if (end < 0) break;
      if (this.pending.length > 0) {
        this.pending.append(chunk, from, end);
        const event = this.pending.take();
        this.readEvent(event, 0, event.length);
      } else {
        this.readEvent(chunk, from, end);
      }
      from = end;
    }
    if (!this.closed && from < chunk.length) {
      this.pending.append(chunk, from, chunk.length);
      if (this.pending.length > MAX_EVENT_BYTES) this.break('event_too_large');
    }
    return this.relayed.take();
  }

  /** To be called when the upstream has closed: what it left without an empty line behind it is an event too. */
  end(): Buffer | null {
    return this.pending.length > 0 ? this.push(BLANK_LINE) : null;
  }

  /** The last bytes for the client, once the charge is written: held chunk, usage and `[DONE]`. */
  finish(end: StreamEnd): Buffer {
    this.closed = true;
    const { held } = this;
    if (held) {
      this.held = undefined;
      this.deliver(held.texts);
      this.relayed.add(finishChunk(held.event, this.facts, end));
      for (const bytes of held.trailing) this.relayed.add(bytes);
    }
    if (end.includeUsage) this.relayed.add(usageChunk(this.facts, end.usage));
    this.relayed.add(DONE);
    return this.relayed.take()!;
  }

  private break(reason: StreamBreak): void {
    this.broken = reason;
    this.closed = true;
  }

  private readEvent(bytes: Buffer, start: number, end: number): void {
    const { lineCount } = this.boundary;
    this.boundary.startEvent();
    if (end - start > MAX_EVENT_BYTES || lineCount > MAX_EVENT_LINES) {
      this.break('event_too_large');
      return;
    }
    const known = this.held === undefined ? this.template.read(bytes, start, end) : undefined;
    if (known !== undefined) {
      this.deliver([known.output]);
      this.relayAs(known.spliced, { bytes, start, end });
      return;
    }
    const event = readEvent(bytes, { start, end, lineCount });
    if (event === undefined) {
      this.passUnread(bytes, start, end);
      return;
    }
    const data = event.payload.toString('utf8');
    const value = parseJson(data);
    if (value === NOT_JSON) this.readOther(event, data.trim());
    else this.readData(event, value);
  }

  private readData(event: StreamEvent, value: unknown): void {
    if (event.type === 'error') {
      this.fail(isObject(value) ? (value['error'] ?? value) : value);
    } else if (!isObject(value)) {
      this.sawData = true;
      this.passUnread(event.bytes, event.start, event.end);
    } else if (value['error']) {
      this.fail(value['error']);
    } else {
      this.sawData = true;
      // An event of another name is a chunk when it looks like one: official SDKs read its data all the same.
      if (!isNamed(event) || Array.isArray(value['choices'])) this.readChunk(event, value);
      else this.passUnread(event.bytes, event.start, event.end);
    }
  }

  /** Data that is not JSON: the end, a named event of the upstream's own, nothing at all, or a broken stream. */
  private readOther(event: StreamEvent, data: string): void {
    if (event.type === 'error') {
      this.fail(data);
    } else if (data.startsWith(DONE_MARK)) {
      this.done = true;
      this.closed = true;
    } else if (data === '' || isNamed(event)) {
      this.sawData = true;
      this.passUnread(event.bytes, event.start, event.end);
    } else {
      this.break('bad_json');
    }
  }

  private fail(error: unknown): void {
    this.errorEvent = { error };
    this.closed = true;
  }

  private readChunk(event: StreamEvent, chunk: Record<string, unknown>): void {
    const { facts } = this;
    facts.identity ??= { id: chunk['id'], object: chunk['object'], created: chunk['created'] };
    const choices: unknown[] = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
    let texts = NO_TEXTS;
    let finished = false;
    for (const choice of choices) {
      if (!isObject(choice)) continue;
      const text = deltaOutput(choice, facts.kind);
      if (text !== undefined) {
        if (texts === NO_TEXTS) texts = [];
        texts.push({ choice: choiceIndex(choice['index']), text });
      }
      finished ||= hasFinished(choice);
    }
    const plain = !finished && texts.length === 0;
    const usage = chunk['usage'];
    if (usage !== undefined && usage !== null) {
      this.lastUsage = usage;
      facts.usageEvent = event;
      facts.usageStoodAlone = choices.length === 0;
      if (plain && (facts.usageStoodAlone || this.held)) return;
    } else if (usage === null && this.held && plain && choices.length === 0) {
      // A usage chunk whose usage is null: in its place the caller gets ours, or none.
      return;
    }
    const model = chunk['model'];
    if (!plain) this.release();
    if (finished) {
      this.sawFinish = true;
      this.held = { event, model, texts, trailing: [], trailingBytes: 0 };
    } else if (this.held) {
      this.trail(this.withModel(event, model) ?? event.bytes.subarray(event.start, event.end));
    } else {
      this.deliver(texts);
      const edits = this.editsFor(event, model);
      this.relayAs(edits && editEvent(event, edits), event);
      const [only] = texts;
      const isPlainOutput =
        only !== undefined && choices.length === 1 && (usage === undefined || usage === null);
      if (isPlainOutput) this.template.learn(event, { ...only, edits: edits ?? NO_EDITS });
    }
  }

  private passUnread(bytes: Buffer, start: number, end: number): void {
    if (this.held) this.trail(bytes.subarray(start, end));
    else this.relayed.pass(bytes, start, end);
  }

  private trail(bytes: Buffer): void {
    const held = this.held!;
    held.trailing.push(bytes);
    held.trailingBytes += bytes.length;
    if (held.trailingBytes > MAX_TRAILING_BYTES) this.release();
  }

  private release(): void {
    const { held } = this;
    if (held === undefined) return;
    this.held = undefined;
    this.deliver(held.texts);
    this.relayAs(this.withModel(held.event, held.model), held.event);
    for (const bytes of held.trailing) this.relayed.add(bytes);
  }

  private relayAs(spliced: Buffer | undefined, own: { bytes: Buffer; start: number; end: number }): void {
    if (spliced) this.relayed.add(spliced);
    else this.relayed.pass(own.bytes, own.start, own.end);
  }

  /** The event with the id that was asked for, or undefined when it says nothing else. */
  private withModel(event: StreamEvent, model: unknown): Buffer | undefined {
    const edits = this.editsFor(event, model);
    return edits && editEvent(event, edits);
  }

  private editsFor(event: StreamEvent, model: unknown): Edit[] | undefined {
    const { requestedModel } = this.facts;
    if (model === undefined || model === requestedModel) return undefined;
    return modelEdits(event.payload, scanObject(event.payload), requestedModel);
  }

  private deliver(texts: readonly ChoiceText[]): void {
    if (texts.length === 0) return;
    this.sawOutput = true;
    this.delivered.add(texts);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}
