import { gzipSync } from 'node:zlib';
import type { Script } from './script.js';
import type { Step } from './steps.js';

/** The same bytes in other pieces: of `chunk-bytes` each, parted at byte `split` of the body, or each gzipped. */
export function cutSteps(steps: Iterable<Step>, script: Script): Iterable<Step> {
  if (script.gzip) return gzipped(steps);
  const each = script['chunk-bytes'];
  if (each !== undefined && each > 0) return cutWhere(steps, (offset) => offset + each);
  const { split } = script;
  if (split !== undefined) {
    return cutWhere(steps, (offset) => (offset < split ? split : Number.POSITIVE_INFINITY));
  }
  return steps;
}

/** `next` names, for an offset in the body, the offset of the following cut. */
function* cutWhere(steps: Iterable<Step>, next: (offset: number) => number): Generator<Step> {
  let offset = 0;
  for (const step of steps) {
    if (step.do !== 'write' || step.bytes.length === 0) {
      yield step;
      continue;
    }
    const bytes = Buffer.from(step.bytes as string);
    let from = 0;
    for (let cut = next(offset) - offset; cut < bytes.length; cut = next(offset + from) - offset) {
      yield { do: 'write', bytes: bytes.subarray(from, cut) };
      // A turn of the event loop between the halves, so that they reach the peer as two reads.
      yield { do: 'wait', ms: 0 };
      from = cut;
    }
    yield { ...step, bytes: bytes.subarray(from) };
    offset += bytes.length;
  }
}

/** Each write becomes a gzip member of its own; members in a row are one valid gzip file (RFC 1952, section 2.2). */
function* gzipped(steps: Iterable<Step>): Generator<Step> {
  for (const step of steps) {
    yield step.do === 'write' && step.bytes.length > 0 ? { ...step, bytes: gzipSync(step.bytes) } : step;
  }
}

const MEMBER_BYTES = 1024 * 1024;

/** A body that unpacks to `bytes` blanks, about a thousand times what is sent. */
export function* gzipBomb(bytes: number): Generator<Step> {
  const member = gzipSync(Buffer.alloc(MEMBER_BYTES, ' '));
  for (let left = bytes; left > 0; left -= MEMBER_BYTES) yield { do: 'write', bytes: member };
}
