import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#database';
import type { CliConfig } from './config.js';
import { CommandFailure } from './failure.js';

/** The service the commands work on. */
export interface Installation {
  databaseUrl: string;
  /** Undefined where none is known: then no upstream's secret can be read or written. */
  secretsKey: string | undefined;
}

/** The database of the settings, else the one that `npm start` runs here. @throws CommandFailure `not_running` */
export function findInstallation(config: CliConfig): Installation {
  if (config.databaseUrl) return { databaseUrl: config.databaseUrl, secretsKey: config.secretsKey };
  const databaseUrl = EmbeddedPostgres.find(config.dataDir);
  if (!databaseUrl) {
    throw new CommandFailure(
      'not_running',
      `npm start is not running: no database runs for ${config.dataDir}. Start it, or name another one by DATA_DIR or DATABASE_URL.`,
    );
  }
  // The same choice as npm start makes: its own secrets unless it was given both.
  const given = config.authSecret && config.secretsKey;
  return { databaseUrl, secretsKey: given ? config.secretsKey : generatedKey(config.dataDir) };
}

function generatedKey(dataDir: string): string | undefined {
  try {
    const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as {
      secretsKey?: string;
    };
    return secrets.secretsKey;
  } catch {
    // Not there, or another user's: the commands that need it say so.
    return undefined;
  }
}
