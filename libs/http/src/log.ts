import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream } from 'pino';

/** What Nest says of its own start: two hundred lines that tell an operator nothing. */
const BOOT_CONTEXTS = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Nest's logger as JSON lines, one object a line; on standard error unless told otherwise: standard output is for people. */
export function createLogger(options: {
  level: string;
  name: string;
  to?: DestinationStream;
}): LoggerService {
  const logger = pino(
    {
      level: options.level,
      base: { process: options.name, pid: process.pid },
      redact: ['authorization', '*.authorization', 'apiKey'],
    },
    options.to ?? pino.destination({ fd: 2, sync: false }),
  );
  const write =
    (level: 'info' | 'error' | 'warn' | 'debug' | 'fatal') =>
    (message: unknown, ...given: unknown[]): void => {
      const rest = given.filter((part) => part !== undefined);
      const context = typeof rest.at(-1) === 'string' ? (rest.pop() as string) : undefined;
      if (level === 'info' && context && BOOT_CONTEXTS.has(context)) return;
      const fields = typeof message === 'object' && message !== null ? message : { message: String(message) };
      logger[level]({ context, ...fields, ...(rest.length > 0 ? { detail: rest.map(String) } : {}) });
    };
  return {
    log: write('info'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    fatal: write('fatal'),
  };
}
