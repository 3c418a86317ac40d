import 'reflect-metadata';
import { SettingError } from '#common';
import { environment, readStartConfig } from './config.js';
import { Supervisor } from './supervisor.js';

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
