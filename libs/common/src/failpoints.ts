/** Places where the torture suite makes a process fail: between them lies every promise about money. */
export const FAILPOINTS = [
  'reserve.after_commit',
  'upstream.after_send',
  'stream.first_byte',
  'stream.mid',
  'stream.last_byte',
  'settle.before_commit',
  'settle.after_commit',
  'response.before_end',
  'sweeper.mid',
  'mail.after_send',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

/** Acts when a place is passed; a promise asks those who can to wait for it. May throw. */
export type FailpointAction = (place: Failpoint) => Promise<void> | undefined;

let action: FailpointAction | undefined;

/** Called once, at the start of a process that is to fail. */
export function armFailpoints(armed: FailpointAction): void {
  action = armed;
}

/** Passes a place: nothing at all unless the process was armed. */
export function failpoint(place: Failpoint): Promise<void> | undefined {
  return action === undefined ? undefined : action(place);
}
