/** Every word and sign of these is one token of cl100k_base (a test holds this), and a few are two of o200k_base. */
const SENTENCES = [
  'This is a sandbox answer, written by a small program and not by a model.',
  ' The old railways follow the coast, and the captains know every light by name.',
  ' Nothing here was learned from data; each word comes from a short list.',
  ' Ask the same question twice and you will read the same words twice.',
  ' A tavern by the harbor keeps its door open until the last boat is home.',
  ' Rain fell on the hills all morning, then drifted out over the sea.',
  ' She counted the coins, wrote the sum in a book, and closed the drawer.',
  ' A lizard slept on the warm wall while the clock struck three.',
  ' Good tests are quiet: they speak only when a promise is broken.',
  ' Every needle has its haystack, and every reader some patience.',
  ' The astronomers packed their glass and waited for a clear night.',
  ' Two wizards played chess by letter, one move each winter.',
  ' You can point a real model at this address whenever you like.',
  ' Bread, salt, and a little oil were all the cook had asked for.',
  ' The map showed a river where now there is only grass.',
  ' A flurry of snow crossed the road and was gone.',
  ' They measured the room again and found it one step longer.',
  ' In the library the lamps come on by themselves at six.',
  ' The planet orbits slowly, as if it had nowhere else to be.',
  ' Your program can parse this as well as any other text.',
  ' Someone left a letter on the ledge, and nobody has read it yet.',
  ' It took millennia to carve the valley and an hour to walk it.',
  ' Small steps, taken in order, are still the fastest way across.',
  ' The garden wants water, the roof wants paint, and we want tea.',
];

const PIECES = SENTENCES.map((sentence) => sentence.match(/ ?[A-Za-z]+|[^\sA-Za-z]/g)!);

/** A 32-bit FNV-1a hash; of a long text only both ends and the length count, so that a huge prompt costs nothing. */
export function hashOf(text: string, seed = 0x811c9dc5): number {
  const sample = text.length <= 8192 ? text : text.slice(0, 4096) + text.slice(-4096) + text.length;
  let hash = seed >>> 0;
  for (let at = 0; at < sample.length; at += 1) {
    hash = Math.imul(hash ^ sample.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Numbers from 0 to 2^32-1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Whole sentences, the first of which says that this is a sandbox: two to six of them, at most 100 tokens. */
export function proseOf(seed: number): string[] {
  const random = randomFrom(seed);
  const pieces = [...PIECES[0]!];
  for (let more = 1 + (random() % 5); more > 0; more -= 1) pieces.push(...sentence(random));
  return pieces;
}

/** Exactly `tokens` pieces, each of one token. */
export function proseOfLength(seed: number, tokens: number): string[] {
  const random = randomFrom(seed);
  const pieces = [...PIECES[0]!];
  while (pieces.length < tokens) pieces.push(...sentence(random));
  pieces.length = tokens;
  return pieces;
}

function sentence(random: () => number): string[] {
  return PIECES[1 + (random() % (PIECES.length - 1))]!;
}
