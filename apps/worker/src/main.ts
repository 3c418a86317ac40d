import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { SettingError } from '#common';
import { createLogger } from '#http';
import { environment, readWorkerConfig } from './config.js';
import { WorkerModule } from './worker.module.js';

async function main(): Promise<void> {
  const config = readWorkerConfig(environment);
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    logger: createLogger({ level: config.logLevel, name: 'worker' }),
  });
  const stop = (): void => {
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
});
