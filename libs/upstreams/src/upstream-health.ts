import { Injectable } from '@nestjs/common';
import type { UpstreamTarget } from './upstream-target.js';

/** Failures in a row that open a circuit. */
const FAILURES_TO_OPEN = 5;
/** How long a circuit stays open the first time, and at most: an upstream that healed is found within that. */
const OPEN_MS = 1_000;
const MOST_OPEN_MS = 8_000;

export type CircuitState = 'closed' | 'open' | 'half_open';

interface Circuit {
  failures: number;
  openForMs: number;
  openUntilMs: number;
  probing: boolean;
}

/**
 * What requests themselves teach about upstreams. One that fails five times in a row is left out for a while, then
 * one request is let through to see whether it has healed. Each process learns for itself.
 */
@Injectable()
export class UpstreamHealth {
  private readonly circuits = new Map<string, Circuit>();

  /** The upstreams to try, in order. When every circuit is open, the one that has waited longest is tried all the same. */
  choose(targets: readonly UpstreamTarget[]): readonly UpstreamTarget[] {
    if (targets.length < 2 || this.circuits.size === 0) return targets;
    const usable = targets.filter((target) => this.admits(target));
    if (usable.length > 0) return usable;
    const openUntil = (target: UpstreamTarget) => this.circuits.get(keyOf(target))?.openUntilMs ?? 0;
    return [targets.reduce((best, target) => (openUntil(target) < openUntil(best) ? target : best))];
  }

  /** An attempt begins: at an upstream that may have healed it is the probe, and others wait for what comes of it. */
  begun(target: UpstreamTarget): void {
    const circuit = this.circuits.get(keyOf(target));
    if (circuit && circuit.failures >= FAILURES_TO_OPEN) circuit.probing = true;
  }

  succeeded(target: UpstreamTarget): void {
    if (this.circuits.size > 0) this.circuits.delete(keyOf(target));
  }

  failed(target: UpstreamTarget): void {
    const key = keyOf(target);
    const circuit = this.circuits.get(key) ?? { failures: 0, openForMs: 0, openUntilMs: 0, probing: false };
    this.circuits.set(key, circuit);
    circuit.failures += 1;
    circuit.probing = false;
    if (circuit.failures < FAILURES_TO_OPEN) return;
    circuit.openForMs = Math.min(MOST_OPEN_MS, Math.max(OPEN_MS, circuit.openForMs * 2));
    circuit.openUntilMs = performance.now() + circuit.openForMs;
  }

  /** A probe that told nothing, because its client left, or not yet all: the next request may probe as well. */
  untold(target: UpstreamTarget): void {
    const circuit = this.circuits.get(keyOf(target));
    if (circuit) circuit.probing = false;
  }

  state(target: UpstreamTarget): CircuitState {
    const circuit = this.circuits.get(keyOf(target));
    if (!circuit || circuit.failures < FAILURES_TO_OPEN) return 'closed';
    return circuit.openUntilMs > performance.now() ? 'open' : 'half_open';
  }

  private admits(target: UpstreamTarget): boolean {
    const state = this.state(target);
    if (state !== 'half_open') return state === 'closed';
    return !this.circuits.get(keyOf(target))!.probing;
  }
}

function keyOf(target: UpstreamTarget): string {
  return `${target.name} ${target.origin}`;
}
