import { type FileHandle, open } from 'node:fs/promises';
import type { Sent } from './steps.js';
import { usageValue } from './usage.js';

/** How a request ended here; `open` while it has not. */
export type Outcome = 'open' | 'answered' | 'refused' | 'reset' | 'cut' | 'peer-closed' | 'sandbox-closed';

/** One request. Times are Unix milliseconds. */
export interface JournalEntry {
  /** The id of the answer, where there is one: it passes through a gateway and ties the two ends together. */
  id: string;
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  model: string | null;
  stream: boolean;
  /** The words that steered this request; empty for a believable answer. */
  script: object;
  startedAt: number;
  /** At most 64 KB of it. */
  receivedBody: string;
  receivedBytes: number;
  outcome: Outcome;
  status: number | null;
  tokensSent: number;
  /** Everything with output that was handed to the socket; choices are parted by a line feed. */
  textSent: string;
  usageSent: unknown;
  /** Bytes of the body handed to the socket. */
  bytesSent: number;
  /** When the peer left before we were done. */
  peerClosedAt: number | null;
  endedAt: number | null;
}

const BODY_CHARACTERS = 65_536;
/** What memory keeps: a sandbox that runs for weeks must not grow. Older texts, then older entries, go first. */
const KEPT_ENTRIES = 10_000;
const KEPT_CHARACTERS = 32 * 1024 * 1024;

export class Journal {
  readonly entries: JournalEntry[] = [];
  private readonly file: JournalFile | undefined;
  private readonly watchers = new Set<() => void>();
  private readonly open = new Set<Recording>();
  private characters = 0;
  private stripped = 0;

  constructor(file: JournalFile | undefined) {
    this.file = file;
  }

  start(entry: JournalEntry): Recording {
    const recording = new Recording(entry, this);
    this.entries.push(entry);
    this.open.add(recording);
    this.changed();
    return recording;
  }

  clear(): void {
    this.entries.length = 0;
    this.characters = 0;
    this.stripped = 0;
  }

  /** The first entry the predicate holds for, now or as soon as one does. Never rejects: the test's own limit ends it. */
  waitFor(predicate: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.entries.find(predicate);
        if (!found) return;
        this.watchers.delete(look);
        resolve(found);
      };
      this.watchers.add(look);
      look();
    });
  }

  changed(): void {
    for (const look of this.watchers) look();
  }

  ended(recording: Recording): void {
    const { entry } = recording;
    this.open.delete(recording);
    this.file?.append(JSON.stringify(entry));
    this.characters += entry.receivedBody.length + entry.textSent.length;
    while (this.characters > KEPT_CHARACTERS && this.stripped < this.entries.length) this.stripOldest();
    if (this.entries.length > KEPT_ENTRIES * 1.25) {
      const dropped = this.entries.length - KEPT_ENTRIES;
      while (this.stripped < dropped) this.stripOldest();
      this.entries.splice(0, dropped);
      this.stripped -= dropped;
    }
    this.changed();
  }

  endOpen(): void {
    for (const recording of this.open) recording.end('sandbox-closed');
  }

  /** Resolves when every line is on disk. */
  async close(): Promise<void> {
    await this.file?.close();
  }

  private stripOldest(): void {
    const oldest = this.entries[this.stripped]!;
    this.stripped += 1;
    this.characters -= oldest.receivedBody.length + oldest.textSent.length;
    oldest.receivedBody = '';
    oldest.textSent = '';
  }
}

/** The journal's hand on one request in flight. */
export class Recording {
  private readonly texts: string[] = [];

  constructor(
    readonly entry: JournalEntry,
    private readonly journal: Journal,
  ) {}

  received(body: string, bytes: number): void {
    this.entry.receivedBody = body.length > BODY_CHARACTERS ? body.slice(0, BODY_CHARACTERS) : body;
    this.entry.receivedBytes = bytes;
  }

  steered(script: object): void {
    this.entry.script = script;
    this.journal.changed();
  }

  wrote(bytes: number, sent?: Sent, usage?: string): void {
    const { entry } = this;
    entry.bytesSent += bytes;
    if (usage !== undefined) entry.usageSent = usageValue(usage);
    if (sent) {
      entry.tokensSent += sent.tokens;
      this.texts[sent.choice] = (this.texts[sent.choice] ?? '') + sent.text;
    }
    this.journal.changed();
  }

  end(outcome: Outcome): void {
    const { entry } = this;
    if (entry.endedAt !== null) return;
    entry.outcome = outcome;
    entry.textSent = this.texts.join('\n');
    entry.endedAt = Date.now();
    if (outcome === 'peer-closed') entry.peerClosedAt = entry.endedAt;
    this.journal.ended(this);
  }
}

/** One JSON line a request, in the order they ended; lines that come while a sync runs share the next one. */
export class JournalFile {
  private waiting: string[] = [];
  private writing: Promise<void> | undefined;

  private constructor(private readonly handle: FileHandle) {}

  static async open(path: string): Promise<JournalFile> {
    return new JournalFile(await open(path, 'a'));
  }

  append(line: string): void {
    this.waiting.push(line);
    this.writing ??= this.drain();
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting;
      this.waiting = [];
      await this.handle.appendFile(`${lines.join('\n')}\n`);
      await this.handle.datasync();
    }
    this.writing = undefined;
  }
}
