import type { Script } from './script.js';
import type { TokenPair } from './script-values.js';

/**
 * The value of `usage` as the text that goes out, sane or as twisted as the script says; undefined when none is sent.
 * It is text because some of these numbers do not survive a JavaScript number.
 */
export function usageJson(tokens: TokenPair, script: Script): string | undefined {
  const { promptTokens, completionTokens } = tokens;
  const total = script['usage-total'] ?? promptTokens + completionTokens;
  switch (script.usage) {
    case 'omit':
      return undefined;
    case 'null':
      return 'null';
    case 'empty':
      return '{}';
    case 'array':
      return '[]';
    case 'zero':
      return shape(0, 0, 0);
    case 'negative':
      return shape(-promptTokens, -completionTokens, -total);
    case 'string':
      return shape(`"${promptTokens}"`, `"${completionTokens}"`, `"${total}"`);
    case 'float':
      return shape(`${promptTokens}.5`, `${completionTokens}.5`, `${total + 1}.0`);
    case '1e15':
      return shape('1e15', '1e15', '2e15');
    case 'huge':
      return shape('92233720368547758079', '92233720368547758079', '184467440737095516158');
    default:
      return shape(promptTokens, completionTokens, total, script['usage-details'] ? details(tokens) : '');
  }
}

function shape(
  prompt: number | string,
  completion: number | string,
  total: number | string,
  more = '',
): string {
  return `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${total}${more}}`;
}

/** The sub-objects OpenAI adds; they repeat parts of the totals and are not to be charged again. */
function details({ promptTokens, completionTokens }: TokenPair): string {
  const cached = Math.floor(promptTokens / 2);
  const reasoning = Math.floor(completionTokens / 2);
  return `,"prompt_tokens_details":{"cached_tokens":${cached},"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":${reasoning},"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}`;
}

/** The usage as a JavaScript value for the journal; a number too large for one is rounded there, not on the wire. */
export function usageValue(json: string | undefined): unknown {
  return json === undefined ? null : JSON.parse(json);
}
