/** What a scenario is told. */
export interface Order {
  seed: number;
  /** Faults to inject. */
  kills: number;
  /** Operations, where a scenario counts those. */
  operations: number;
  /** Length, where a scenario goes on for a time. */
  minutes: number;
  sabotage: boolean;
  /** A short form: fewer snapshots, no parts that wait for default times. */
  quick: boolean;
}
