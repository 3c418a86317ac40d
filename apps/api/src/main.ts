import { SettingError } from '#common';
import { startApi } from './api-process.js';
import { environment, readApiConfig } from './config.js';

/** Ends the process when what was asked of it at the end takes longer than anything it waits for. */
const LAST_RESORT_MS = 5_000;

async function main(): Promise<void> {
  const config = readApiConfig(environment);
  const api = await startApi(config);
  const stop = (): void => {
    setTimeout(() => process.exit(1), config.limits.drainSeconds * 1000 + LAST_RESORT_MS).unref();
    api.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches every process of the terminal; under the supervisor only it decides when to stop.
  process.on('SIGINT', () => {
    if (!process.send) stop();
  });
  process.on('disconnect', stop);
  process.send?.({ ready: true });
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
});
