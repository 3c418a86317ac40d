import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgres } from '#database';
import { prepareDatabase } from '#operator';
import { findDefaultUpstream } from '#upstreams';
import { ApiCluster } from './api-cluster.js';
import { Child } from './child.js';
import type { StartConfig } from './config.js';
import { firstRunPage, openDemo } from './first-run.js';
import { readOrMakeSecrets } from './secrets.js';

const READY_MS = 120_000;
const POLL_MS = 50;
const SANDBOX_READY = /listening on (http:\S+)/;

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs the whole product on one machine: PostgreSQL, API, dashboard, and the sandbox where nothing else serves. */
export class Supervisor {
  private postgres: EmbeddedPostgres | undefined;
  private api: ApiCluster | undefined;
  private readonly children: Child[] = [];
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly config: StartConfig,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Starts everything in order and resolves when requests are answered, with what to print. */
  async start(): Promise<string> {
    const { config } = this;
    const secrets =
      config.authSecret && config.secretsKey
        ? { authSecret: config.authSecret, secretsKey: config.secretsKey }
        : readOrMakeSecrets(config.dataDir);
    // The dashboard takes longest to come up and needs nothing of the rest to begin.
    const dashboardUrl = await this.startDashboard();
    const findingUpstream = this.findUpstream();
    findingUpstream.catch(() => undefined);
    const databaseUrl = config.databaseUrl ?? (await this.startPostgres());
    await prepareDatabase({ url: databaseUrl, migrationUrl: config.migrationDatabaseUrl });
    const upstream = await findingUpstream;
    const demo =
      config.mode === 'evaluation'
        ? await openDemo({ ...config, authSecret: secrets.authSecret, databaseUrl })
        : undefined;
    this.api = new ApiCluster({
      processes: config.apiProcesses,
      drainSeconds: config.drainSeconds,
      environment: {
        ...this.environment,
        DATABASE_URL: databaseUrl,
        AUTH_SECRET: secrets.authSecret,
        SECRETS_KEY: secrets.secretsKey,
        DASHBOARD_INTERNAL_URL: dashboardUrl,
        ...upstream.environment,
      },
      onHopeless: () => void this.fail('The API does not stay up; see above.'),
    });
    this.api.start();
    await this.waitUntilReady();
    if (demo?.isNew) {
      return firstRunPage({
        firstRun: demo.firstRun,
        upstream: upstream.words,
        dataFolder: this.postgres?.dataFolder,
      });
    }
    return `Ready: ${config.publicUrl}  (${upstream.words}; Ctrl-C stops everything)`;
  }

  /** Stops in order: requests end, then the dashboard and the sandbox, then the database. Twice is once. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      await this.api?.stop();
      await Promise.all(this.children.map((child) => child.stop()));
      await this.postgres?.stop();
    })();
    return this.stopping;
  }

  private async fail(message: string): Promise<void> {
    process.stderr.write(`${message}\n`);
    await this.stop();
    process.exit(1);
  }

  private async startPostgres(): Promise<string> {
    this.postgres = await EmbeddedPostgres.start({
      dataDir: this.config.dataDir,
      onExit: () => {
        if (!this.stopping) void this.fail('PostgreSQL ended by itself; start again to recover.');
      },
    });
    return this.postgres.url;
  }

  /** Every process must serve the same models, so what there is is found once, here. */
  private async findUpstream(): Promise<{ words: string; environment: NodeJS.ProcessEnv }> {
    const { ollamaBaseUrl, upstreamBaseUrl } = this.config;
    const found = await findDefaultUpstream({ upstreamBaseUrl, ollamaBaseUrl });
    if (found.kind === 'configured') return { words: `served by ${upstreamBaseUrl}`, environment: {} };
    if (found.kind === 'ollama') {
      return {
        words: `served by the Ollama at ${ollamaBaseUrl}`,
        environment: { OLLAMA_BASE_URL: ollamaBaseUrl, DEFAULT_UPSTREAM_FOUND: 'ollama' },
      };
    }
    const address = await this.startSandbox();
    return {
      words:
        'served by the sandbox: pretended answers with real token counts; set UPSTREAM_BASE_URL for a real one',
      environment: { SANDBOX_BASE_URL: address, DEFAULT_UPSTREAM_FOUND: 'sandbox' },
    };
  }

  private startSandbox(): Promise<string> {
    return new Promise((done) => {
      void freePort().then((port) => {
        const child = new Child({
          name: 'Sandbox',
          file: fileOf('../../sandbox/src/main.js'),
          args: ['--port', String(port), '--watch-parent'],
          environment: this.environment,
          onLine: (line) => {
            const address = SANDBOX_READY.exec(line)?.[1];
            if (address) done(address);
          },
        });
        this.children.push(child);
        child.start();
      });
    });
  }

  private async startDashboard(): Promise<string> {
    const port = await freePort();
    const child = new Child({
      name: 'Dashboard',
      file: fileOf('./dashboard-runner.js'),
      environment: {
        ...this.environment,
        NODE_ENV: 'production',
        PORT: String(port),
        HOSTNAME: '127.0.0.1',
        API_INTERNAL_URL: `http://127.0.0.1:${this.config.port}`,
        NEXT_TELEMETRY_DISABLED: '1',
      },
    });
    this.children.push(child);
    child.start();
    return `http://127.0.0.1:${port}`;
  }

  private async waitUntilReady(): Promise<void> {
    const host = ['0.0.0.0', '::'].includes(this.config.host) ? '127.0.0.1' : this.config.host;
    const until = performance.now() + READY_MS;
    while (!this.stopping) {
      const answer = await fetch(`http://${host}:${this.config.port}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (performance.now() > until)
        throw new Error(`not ready after ${READY_MS / 1000} s: ${await answer?.text()}`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
