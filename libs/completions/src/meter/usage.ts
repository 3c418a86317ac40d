/** What an upstream's `usage` is worth. Only `reported` may be charged; the rest is counted, and `insane` is flagged. */
export type ReadUsage =
  | { kind: 'reported'; promptTokens: number; completionTokens: number; totalDiffers: boolean }
  | { kind: 'absent' }
  | { kind: 'insane'; why: string };

export interface UsageBounds {
  /** Bytes of the whole body + 1,024 + the images' allowance. */
  maxPromptTokens: number;
  /** The limit sent x choices x prompts; 0 where nothing is written, as for embeddings. */
  maxCompletionTokens: number;
}

/**
 * Reads a parsed `usage` value: whole numbers from 0 within the bounds, where an explicit zero is a value and not a gap.
 * `completion_tokens` may be missing only where none can be written. Prompt and completion are charged; a total that
 * says otherwise is only flagged.
 */
export function readUsage(raw: unknown, bounds: UsageBounds): ReadUsage {
  if (raw === undefined || raw === null) return { kind: 'absent' };
  if (typeof raw !== 'object' || Array.isArray(raw)) return insane('usage is not an object');
  const { prompt_tokens, completion_tokens, total_tokens } = raw as Record<string, unknown>;
  const prompt = prompt_tokens ?? undefined;
  let completion = completion_tokens ?? undefined;
  if (prompt === undefined && completion === undefined) return { kind: 'absent' };
  if (completion === undefined && bounds.maxCompletionTokens === 0) completion = 0;
  if (!isCount(prompt)) return insane('prompt_tokens is not a whole number from 0');
  if (!isCount(completion)) return insane('completion_tokens is not a whole number from 0');
  if (prompt > bounds.maxPromptTokens) return insane('prompt_tokens is more than the request can hold');
  if (completion > bounds.maxCompletionTokens) return insane('completion_tokens is more than the limit sent');
  const total = total_tokens ?? prompt + completion;
  return {
    kind: 'reported',
    promptTokens: prompt,
    completionTokens: completion,
    totalDiffers: total !== prompt + completion,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function insane(why: string): ReadUsage {
  return { kind: 'insane', why };
}
