import 'reflect-metadata';
import { SettingError } from '#common';
import { environment, readStartConfig } from './config.js';
import { Supervisor } from './supervisor.js';

const PARENT_POLL_MS = 500;

/**
 * Calls `stop` when the shell that npm runs us in is gone: npm hands a signal to that shell, which dies of it
 * without passing it on.
 */
function whenParentEnds(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_POLL_MS);
  timer.unref();
}

async function main(): Promise<void> {
  const supervisor = new Supervisor(readStartConfig(environment), environment);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    supervisor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  if (environment['npm_lifecycle_event'] !== undefined) whenParentEnds(stop);
  try {
    const words = await supervisor.start();
    if (!stopped) console.log(words);
  } catch (error) {
    if (stopped) return;
    console.error(error);
    await supervisor.stop();
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
});
