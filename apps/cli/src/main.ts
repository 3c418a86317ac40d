import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { runCommandLine } from './command-line.js';
import { environment } from './config.js';

// Whoever reads may leave early, as `head` does; the command has done its work all the same.
process.stdout.on('error', () => undefined);

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment,
  write: (output) => process.stdout.write(output),
  writeError: (output) => process.stderr.write(output),
  readInput: () => text(process.stdin),
});
