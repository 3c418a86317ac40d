/** The tokenizer takes time that grows with the square of a run without a break; in pieces it stays linear. */
const MAX_PIECE_CHARACTERS = 512;
/**
 * How long counting may keep the process from its other requests before it lets them in. A request comes by about ten
 * turns of the loop, and a long text takes a slice of each.
 */
const SLICE_MILLISECONDS = 1;
const TOKENS_PER_MESSAGE = 4;

/** What counting needs from outside, so that a test can see its pieces and its pauses. */
export interface CountingTools {
  countPiece: (piece: string) => number;
  nowMilliseconds: () => number;
  pause: () => Promise<void>;
}

export interface CountedPrompt {
  promptTexts(): Iterable<string>;
  tokenIdCount: number;
  messageCount: number;
  imageCount: number;
}

/** Turns of the event loop, handed out one at a time in the order of asking. */
class LoopTurns {
  private last: Promise<void> = Promise.resolve();

  /** Resolves in a turn of the loop that is nobody else's. */
  next(): Promise<void> {
    this.last = this.last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.last;
  }
}

const turns = new LoopTurns();
/** Texts that are being counted. */
let counting = 0;
let countPiece: Promise<(piece: string) => number> | undefined;

/**
 * Loads o200k_base, which keeps the process busy for about 0.2 s: to be called at start, before requests come. Counting
 * calls it too.
 */
export function loadTokenizer(): Promise<(piece: string) => number> {
  countPiece ??= import('gpt-tokenizer/encoding/o200k_base').then(({ countTokens: count }) => {
    // Text that looks like a control token is text: by default the tokenizer throws on it.
    const asText = { disallowedSpecial: new Set<string>() };
    return (piece: string) => count(piece, asText);
  });
  return countPiece;
}

/**
 * Tokens of the texts by o200k_base, counted in pieces of at most 512 characters and slices of at most 1 ms or one piece.
 * However many texts are counted at once, they take turns: a slice of one of them, then the process's other work.
 * With `most` it stops when there are that many: who only asks whether it is more need not know how much more.
 */
export async function countTokens(texts: Iterable<string>, most = Number.POSITIVE_INFINITY): Promise<number> {
  const tools = {
    countPiece: await loadTokenizer(),
    nowMilliseconds: () => performance.now(),
    pause: () => turns.next(),
  };
  if (counting > 0) await turns.next();
  counting += 1;
  try {
    return await countInSlices(texts, tools, most);
  } finally {
    counting -= 1;
  }
}

export async function countInSlices(
  texts: Iterable<string>,
  tools: CountingTools,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  let tokens = 0;
  let pieceStarted = tools.nowMilliseconds();
  let sliceEnd = pieceStarted + SLICE_MILLISECONDS;
  for (const text of texts) {
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      tokens += tools.countPiece(text.slice(start, end));
      if (tokens >= most) return tokens;
      start = end;
      const now = tools.nowMilliseconds();
      // The next piece will take about as long as this one: it must still fit.
      const fits = now + (now - pieceStarted) <= sliceEnd;
      pieceStarted = now;
      if (fits) continue;
      await tools.pause();
      pieceStarted = tools.nowMilliseconds();
      sliceEnd = pieceStarted + SLICE_MILLISECONDS;
    }
  }
  return tokens;
}

/**
 * Tokens of a prompt: its texts, 4 a message, the tokens that came as such, and the allowance of each image. `most` and
 * something more stands for every number from there on.
 */
export async function countPromptTokens(
  prompt: CountedPrompt,
  { tokensPerImage, most }: { tokensPerImage: number; most?: number },
): Promise<number> {
  const tokens = prompt.tokenIdCount + (await countTokens(prompt.promptTexts(), most));
  return tokens + prompt.messageCount * TOKENS_PER_MESSAGE + prompt.imageCount * tokensPerImage;
}

/** The end of the piece that starts here; a surrogate pair is never split. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(start + MAX_PIECE_CHARACTERS, text.length);
  if (end === text.length) return end;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
