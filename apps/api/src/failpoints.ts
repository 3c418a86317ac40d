import { writeSync } from 'node:fs';
import { FAILPOINTS, type Failpoint, type FailpointAction } from '#common';

/** What happens at one place: `sleep:ms`, `throw` or `kill`, by chance (`@0.01`) or at each nth passing (`@20`). */
export interface FailpointOrder {
  place: Failpoint;
  what: 'sleep' | 'throw' | 'kill';
  sleepMs: number;
  /** Below 1 a probability, else every so many passings. */
  rate: number;
}

const FORM = /^([a-z_.]+)=(sleep:(\d+)|throw|kill)(?:@(\d+(?:\.\d+)?))?$/;
const STDERR = 2;

/**
 * Reads `settle.before_commit=kill@0.01,stream.mid=sleep:20`.
 * @throws RangeError naming what is not an order
 */
export function readFailpoints(text: string): FailpointOrder[] {
  return text.split(',').map((part) => {
    const [, name, action, sleepMs, rate] = FORM.exec(part.trim()) ?? [];
    const place = FAILPOINTS.find((known) => known === name);
    const orderRate = Number(rate ?? 1);
    if (!place || !action || !(orderRate > 0) || (orderRate > 1 && !Number.isInteger(orderRate))) {
      throw new RangeError(`FAILPOINTS: "${part}" is not <place>=sleep:<ms>|throw|kill[@<chance or nth>]`);
    }
    const what = action.startsWith('sleep') ? 'sleep' : (action as 'throw' | 'kill');
    return { place, what, sleepMs: Number(sleepMs ?? 0), rate: orderRate };
  });
}

/** The orders as what a process does. A kill says so on standard error first, so that kills are counted by place. */
export function failpointAction(orders: FailpointOrder[]): FailpointAction {
  const passed = new Map<FailpointOrder, number>();
  return (place) => {
    for (const order of orders) {
      if (order.place !== place) continue;
      const passings = (passed.get(order) ?? 0) + 1;
      passed.set(order, passings);
      const isDue = order.rate < 1 ? Math.random() < order.rate : passings % order.rate === 0;
      if (isDue) return act(order);
    }
    return undefined;
  };
}

function act(order: FailpointOrder): Promise<void> | undefined {
  if (order.what === 'sleep') {
    return new Promise((done) => {
      setTimeout(done, order.sleepMs);
    });
  }
  if (order.what === 'throw') throw new Error(`failpoint ${order.place}`);
  writeSync(STDERR, `failpoint ${order.place} pid ${process.pid}\n`);
  process.kill(process.pid, 'SIGKILL');
  return undefined;
}
