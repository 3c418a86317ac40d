import type { JournalEntry } from '../../../sandbox/src/sandbox-server.js';
import type { ApiHarness, Holder, UsageRow } from '../api.harness.js';
import type { Capability, ClientOptions, Sdk, SdkClient } from './capabilities.js';
import type { SeenRequest, ServerTraffic } from './server-traffic.js';

export const CHAT_MODEL = 'llama3.2:3b';
export const EMBEDDING_MODEL = 'all-minilm';
export const CREDITS = 10_000;

/** One capability asked of one SDK: an account of its own, and a word by which the upstream's journal knows it. */
export class Scene {
  private readonly word: string;

  private constructor(
    readonly api: ApiHarness,
    private readonly traffic: ServerTraffic,
    readonly sdk: Sdk,
    readonly holder: Holder,
    private readonly capability: Capability,
  ) {
    this.word = `Scene ${capability}.`;
  }

  static async open(
    stage: { api: ApiHarness; traffic: ServerTraffic; sdk: Sdk },
    options: { capability: Capability; credits?: number },
  ): Promise<Scene> {
    const holder = await stage.api.open(options.credits ?? CREDITS);
    return new Scene(stage.api, stage.traffic, stage.sdk, holder, options.capability);
  }

  client(changes: Partial<ClientOptions> = {}): SdkClient {
    return this.sdk.connect({
      baseURL: `${this.api.url()}/v1`,
      key: this.holder.key,
      chatModel: CHAT_MODEL,
      embeddingModel: EMBEDDING_MODEL,
      retries: 'by default',
      ...changes,
    });
  }

  /** What this SDK's column of the table says of this capability. */
  get remark(): string {
    return this.sdk.remarks[this.capability] ?? 'yes';
  }

  /** A prompt that the sandbox answers by this script. */
  prompt(script = '', question = 'Tell me something.'): string {
    return `${this.word} ${question}${script && ` [[sandbox: ${script}]]`}`;
  }

  /** What the upstream got of this scene, oldest first, once all of it has ended. */
  async upstream(): Promise<JournalEntry[]> {
    const mine = () => this.api.sandbox.journal.filter((entry) => entry.receivedBody.includes(this.word));
    await this.api.sandbox.waitFor(() => mine().every((entry) => entry.endedAt !== null));
    return mine();
  }

  /** The usage records once nothing is on hold. */
  async settled(): Promise<UsageRow[]> {
    const books = await this.api.settledBooks(this.holder);
    if (books.held !== 0 || books.inFlight !== 0) throw new Error(`not at rest: ${JSON.stringify(books)}`);
    return this.api.usage(this.holder);
  }

  /** Requests that the server saw with this key. */
  requests(key = this.holder.key): SeenRequest[] {
    return this.traffic.of(key);
  }

  answered(status: number): Promise<void> {
    return this.traffic.answered(this.holder.key, status);
  }

  /** Holds the account's only place among requests in flight until it is let go. */
  async block(): Promise<{ letGo(): Promise<void> }> {
    await this.api.setLimits(this.holder, { inFlightLimit: 1 });
    const content = '[[sandbox: hang-after=1]]';
    const messages = [{ role: 'user', content }];
    const call = this.api.openChat(this.holder, { model: CHAT_MODEL, stream: true, messages });
    await call.until('data:');
    return {
      letGo: async () => {
        call.leave();
        await this.api.settledBooks(this.holder);
      },
    };
  }
}
