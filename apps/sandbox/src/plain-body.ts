import type { Answer, Choice } from './answer.js';
import type { Script } from './script.js';

/** Fields no OpenAI type knows, in a form only a byte-for-byte relay keeps: odd spacing, escapes, `2.50`. */
const UNKNOWN_FIELDS = '"x_sandbox": {"list":[1, 2.50,null],"\\u006bey":"\\u00e9\\/"},';
/** Numbers that change when a program parses and prints them. */
const BIG_INTEGERS = '"sequence":9007199254740993123,"ratio":0.10000000000000000555,';

export function extraFields(script: Script): string {
  return (script['unknown-fields'] ? UNKNOWN_FIELDS : '') + (script['big-integers'] ? BIG_INTEGERS : '');
}

/** The whole answer as one JSON text; `usage` goes in as it is. */
export function plainBody(answer: Answer, script: Script, usage: string | undefined): string {
  const object = answer.kind === 'chat' ? 'chat.completion' : 'text_completion';
  const choices = answer.choices.map((choice) => choiceJson(answer, choice)).join(',');
  const head = `{"id":"${answer.id}","object":"${object}","created":${answer.created},"model":${JSON.stringify(answer.model)},`;
  const tail = usage === undefined ? '' : `"usage":${usage},`;
  return `${head}${extraFields(script)}"choices":[${choices}],${tail}"system_fingerprint":"fp_sandbox"}`;
}

function choiceJson(answer: Answer, choice: Choice): string {
  const { index } = choice;
  const finish = JSON.stringify(choice.finishReason);
  const text = JSON.stringify(choice.pieces.join(''));
  if (answer.kind === 'text') {
    return `{"text":${text},"index":${index},"logprobs":null,"finish_reason":${finish}}`;
  }
  const reasoning =
    choice.reasoning.length === 0 ? '' : `"reasoning_content":${JSON.stringify(choice.reasoning.join(''))},`;
  return `{"index":${index},"message":{"role":"assistant",${reasoning}${messageJson(answer, choice, text)}},"logprobs":null,"finish_reason":${finish}}`;
}

function messageJson(answer: Answer, choice: Choice, text: string): string {
  if (choice.form === 'refusal') return `"content":null,"refusal":${text}`;
  if (choice.form === 'content') return `"content":${text},"refusal":null`;
  return `"content":null,"refusal":null,"tool_calls":[{"id":"${toolCallId(answer, choice)}","type":"function","function":{"name":${JSON.stringify(choice.toolName)},"arguments":${text}}}]`;
}

export function toolCallId(answer: Answer, choice: Choice): string {
  return `call_${answer.id.slice(answer.id.indexOf('-') + 1)}x${choice.index}`;
}
