import { LRUCache } from 'lru-cache';

/** The part of gpt-tokenizer that is used here. */
interface Encoder {
  encode(text: string, options: { disallowedSpecial: Set<string> }): number[];
  decode(tokens: Iterable<number>): string;
}

/**
 * Counts with cl100k_base, on purpose not the product's own o200k_base: where the two disagree, a charge
 * shows whether it came from the upstream's report or from our count.
 */
export class Tokenizer {
  private readonly counts = new LRUCache<string, number>({
    max: 5000,
    maxSize: 8_000_000,
    maxEntrySize: 65_536,
    sizeCalculation: (_count, text) => text.length + 1,
  });

  constructor(private readonly encoder: Encoder) {}

  count(text: string): number {
    if (text === '') return 0;
    const known = this.counts.get(text);
    if (known !== undefined) return known;
    let total = 0;
    for (const piece of shortPieces(text)) total += this.encode(piece).length;
    this.counts.set(text, total);
    return total;
  }

  /** The text as one piece a token; a token that ends inside a character gives an empty piece. */
  split(text: string): string[] {
    const pieces: string[] = [];
    for (const part of shortPieces(text)) {
      let pending: number[] = [];
      for (const token of this.encode(part)) {
        pending.push(token);
        const decoded = this.encoder.decode(pending);
        const whole = !decoded.endsWith('\uFFFD');
        pieces.push(whole ? decoded : '');
        if (whole) pending = [];
      }
    }
    return pieces;
  }

  private encode(text: string): number[] {
    return this.encoder.encode(text, { disallowedSpecial: NONE });
  }
}

const NONE = new Set<string>();
const PIECE_CHARACTERS = 512;

/** Byte-pair merging is quadratic in a long run of one letter, so it never sees more than 512 characters. */
function* shortPieces(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = from + PIECE_CHARACTERS;
    const last = text.charCodeAt(to - 1);
    if (last >= 0xd800 && last < 0xdc00) to += 1;
    yield text.slice(from, to);
    from = to;
  }
}

let loading: Promise<Tokenizer> | undefined;

/** Loads the vocabulary (about 130 ms) at the first use, so a sandbox that never counts never pays. */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= import('gpt-tokenizer/encoding/cl100k_base').then((encoder) => new Tokenizer(encoder));
  return loading;
}
