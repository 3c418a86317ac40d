import { parseConfig } from './config.js';
import { startSandbox } from './sandbox-server.js';

const { watchParent, ...options } = parseConfig(process.argv.slice(2));
const sandbox = await startSandbox(options).catch((error: Error) => {
  process.stderr.write(`the sandbox cannot start: ${error.message}\n`);
  process.exit(1);
});
process.stdout.write(`sandbox listening on ${sandbox.baseUrl}\n`);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await sandbox.close();
  process.exit(0);
}

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
if (watchParent) {
  // The pipe closes when the parent dies, however it died: nothing is left running after a kill -9.
  process.stdin.resume();
  process.stdin.on('close', () => void stop());
  process.stdin.on('error', () => void stop());
}
