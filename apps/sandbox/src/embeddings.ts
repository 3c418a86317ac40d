import { promptTokens } from './answer.js';
import { type Json, modelOf, promptsOf } from './model-request.js';
import { hashOf, randomFrom } from './prose.js';
import { SandboxRefusal } from './sandbox.errors.js';
import type { Script } from './script.js';
import { loadTokenizer } from './tokens.js';
import { usageJson } from './usage.js';

const STANDARD_DIMENSIONS = 768;
const MOST_DIMENSIONS = 4096;

export interface EmbeddingAnswer {
  body: string;
  usage: string | undefined;
}

/** Unit vectors that depend on the text alone, as numbers or as base64 of little-endian floats. */
export async function embeddingsFor(body: Json, script: Script): Promise<EmbeddingAnswer> {
  const inputs = promptsOf(body.input, 'input');
  const dimensions = dimensionsOf(body.dimensions);
  const base64 = body.encoding_format === 'base64' && !script['no-base64'];
  const tokenizer = await loadTokenizer();
  const data = inputs.map((input, index) => {
    const seed = hashOf(input.texts.join('') || JSON.stringify([body.input, index]));
    const vector = unitVector(seed, dimensions);
    const embedding = base64
      ? `"${Buffer.from(vector.buffer).toString('base64')}"`
      : `[${Array.from(vector).join(',')}]`;
    return `{"object":"embedding","index":${index},"embedding":${embedding}}`;
  });
  const promptTotal = inputs.reduce((sum, input) => sum + promptTokens(input, tokenizer), 0);
  const pair = script['usage-equals'] ?? script.fixed ?? { promptTokens: promptTotal, completionTokens: 0 };
  const reported = usageJson(pair, script);
  // OpenAI's embeddings usage has no completion_tokens.
  const usage = reported?.replace(/"completion_tokens":[^,]+,/, '');
  const model = JSON.stringify(script.model ?? modelOf(body));
  const tail = usage === undefined ? '' : `,"usage":${usage}`;
  return { body: `{"object":"list","data":[${data.join(',')}],"model":${model}${tail}}`, usage };
}

/** The text of the inputs, where a script directive may stand. */
export function inputText(body: Json): string {
  const { input } = body;
  return typeof input === 'string'
    ? input
    : Array.isArray(input) && typeof input[0] === 'string'
      ? input[0]
      : '';
}

function dimensionsOf(value: unknown): number {
  if (value === undefined || value === null) return STANDARD_DIMENSIONS;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_DIMENSIONS)
    return value;
  throw new SandboxRefusal(400, `dimensions must be a whole number from 1 to ${MOST_DIMENSIONS}.`, {
    param: 'dimensions',
  });
}

function unitVector(seed: number, dimensions: number): Float32Array {
  const random = randomFrom(seed);
  const raw = Array.from({ length: dimensions }, () => random() / 2 ** 31 - 1);
  const length = Math.hypot(...raw) || 1;
  return Float32Array.from(raw, (value) => value / length);
}
