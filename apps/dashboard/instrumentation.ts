import { config } from './lib/config';

/** Runs once when the server starts: a wrong setting stops it here, not at somebody's first page. */
export function register(): void {
  config();
}
