import cluster from 'node:cluster';
import { SettingError } from '#common';
import { ApiCluster } from './api-cluster.js';
import { environment, readReplicaConfig } from './config.js';

/** The API's processes alone, on a database that is migrated: what a replica runs. */
function main(): void {
  const config = readReplicaConfig(environment);
  const api = new ApiCluster({
    processes: config.apiProcesses,
    drainSeconds: config.drainSeconds,
    environment,
    onHopeless: () => process.exit(1),
  });
  const stop = (): void => {
    void api.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  api.start();
}

if (cluster.isPrimary) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof SettingError ? error.message : error);
    process.exit(1);
  }
}
