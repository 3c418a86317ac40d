import { config } from './lib/config';

/** Runs once when the server starts: a wrong setting ends it here, not at somebody's first page. */
export function register(): void {
  try {
    config();
  } catch (error) {
    // Next would log it and go on, to fail at every page.
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
