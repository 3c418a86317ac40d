import { userInfo } from 'node:os';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Actor, Transactions, type Tx } from '#database';
import { CliModule } from './cli.module.js';
import { type CliConfig, readCliConfig } from './config.js';
import { CommandFailure } from './failure.js';
import { findInstallation, type Installation } from './installation.js';
import type { Answer } from './output.js';

/** Turns work on the services into a commander action, which commander calls with arguments and options. */
export type Run = <A extends unknown[]>(
  work: (services: Services, ...given: A) => Promise<Answer>,
) => (...given: A) => Promise<void>;

/** What a command works with: the product's services, opened for it and closed after it. */
export class Services {
  /** Whoever sits at the keyboard, for the audit log. */
  readonly actor: Actor = { kind: 'command_line', id: userName() };

  private constructor(
    private readonly app: INestApplicationContext,
    private readonly installation: Installation,
    /** What signs somebody in is then for its addressee alone. */
    readonly isProduction: boolean,
    /** All of standard input. */
    readonly readInput: () => Promise<string>,
  ) {}

  /** @throws SettingError, CommandFailure `not_running`, or what the database answers */
  static async open(environment: NodeJS.ProcessEnv, readInput: () => Promise<string>): Promise<Services> {
    const config: CliConfig = readCliConfig(environment);
    const installation = findInstallation(config);
    const app = await NestFactory.createApplicationContext(CliModule.forRoot(config, installation), {
      logger: false,
      abortOnError: false,
    });
    return new Services(app, installation, config.isProduction, readInput);
  }

  get<T>(service: Type<T>): T {
    return this.app.get(service);
  }

  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.get(Transactions).run(work);
  }

  /** For what reads or writes an upstream's secret. @throws CommandFailure `wrong_setting` */
  requireSecretsKey(): void {
    if (this.installation.secretsKey) return;
    throw new CommandFailure(
      'wrong_setting',
      'SECRETS_KEY is needed, the same as the service has: upstream secrets are encrypted with it.',
    );
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** A user without an entry in the system's list, as containers have them, is known by number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
