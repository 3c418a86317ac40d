import { parseArgs } from 'node:util';

export interface SandboxConfig {
  port: number;
  host: string;
  journalFile?: string;
  watchParent: boolean;
}

/** The command line, parsed once. Throws a sentence that names the wrong argument. */
export function parseConfig(argv: string[]): SandboxConfig {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string', default: '9000' },
      host: { type: 'string', default: '127.0.0.1' },
      journal: { type: 'string' },
      'watch-parent': { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`--port ${values.port} is not a port number`);
  }
  return { port, host: values.host, journalFile: values.journal, watchParent: values['watch-parent'] };
}
