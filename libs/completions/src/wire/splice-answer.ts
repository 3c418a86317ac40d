import { type AnswerUsage, answerEdits } from './answer-edits.js';
import { applyEdits } from './edits.js';
import { readEmbeddingAnswer } from './embedding-answer.js';
import { type AnswerKind, choiceOutput, hasFinished, type PlainAnswer } from './output-text.js';
import { isObject } from './request-body.js';

/** Reads a plain answer; undefined when it is not a JSON object. */
export function readPlainAnswer(body: Buffer, kind: AnswerKind = 'chat'): PlainAnswer | undefined {
  if (kind === 'embedding') return readEmbeddingAnswer(body);
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const choices = Array.isArray(value['choices']) ? value['choices'] : [];
  const answer: PlainAnswer = {
    usage: value['usage'],
    error: value['error'],
    model: value['model'],
    resultCount: choices.length,
    hasOutput: false,
    hasFinishReason: false,
    texts: [],
  };
  for (const choice of choices) {
    if (!isObject(choice)) continue;
    if (hasFinished(choice)) answer.hasFinishReason = true;
    const output = choiceOutput(choice, kind);
    if (output === undefined) continue;
    answer.hasOutput = true;
    answer.texts.push(output);
  }
  return answer;
}

/**
 * The upstream's own bytes, with credits in its usage (or our usage in place of it) and the id that was asked for as
 * `model` where it says another. For a body that `readPlainAnswer` has read.
 */
export function spliceAnswer(body: Buffer, splice: { requestedModel: string; usage: AnswerUsage }): Buffer {
  return applyEdits(body, answerEdits(body, splice));
}
