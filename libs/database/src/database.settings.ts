/** How a process reaches PostgreSQL. */
export interface DatabaseSettings {
  /** Connection string of the application's role. */
  url: string;
  /** Connections of the shared pool; the ledger's and the listener's own connections come on top. */
  poolSize: number;
}

export const DATABASE_SETTINGS = Symbol('DATABASE_SETTINGS');
