import { instanceOf } from './json-instance.js';
import { isObject, type Json } from './model-request.js';
import type { Script } from './script.js';

export interface ToolCall {
  name: string;
  argumentsJson: string;
}

/**
 * The call a model would make, or undefined for an answer in text. A tool is called when the caller requires
 * it, the script asks for it, or the last message is a user's and shares a word with the tool's name or description.
 */
export function toolCallFor(body: Json, lastText: string, script: Script): ToolCall | undefined {
  const tools = (Array.isArray(body.tools) ? body.tools : []).flatMap((tool) =>
    isObject(tool) && isObject(tool.function) ? [tool.function] : [],
  );
  const messages = body.messages;
  const last = Array.isArray(messages) ? messages.at(-1) : undefined;
  if (tools.length === 0 || body.tool_choice === 'none' || last?.role !== 'user') return undefined;
  const tool = chosenByScript(tools, script) ?? chosenByCaller(tools, body.tool_choice, lastText);
  if (!tool || typeof tool.name !== 'string') return undefined;
  return { name: tool.name, argumentsJson: JSON.stringify(instanceOf(tool.parameters) ?? {}) };
}

function chosenByScript(tools: Json[], script: Script): Json | undefined {
  if (script.tool === undefined) return undefined;
  return tools.find((tool) => tool.name === script.tool) ?? tools[0];
}

function chosenByCaller(tools: Json[], choice: unknown, lastText: string): Json | undefined {
  if (isObject(choice) && isObject(choice.function)) {
    const { name } = choice.function;
    return tools.find((tool) => tool.name === name);
  }
  const spoken = wordsOf(lastText);
  const relevant = tools.find((tool) =>
    [...wordsOf(`${tool.name} ${tool.description ?? ''}`)].some((word) => spoken.has(word)),
  );
  return relevant ?? (choice === 'required' ? tools[0] : undefined);
}

/** Words of four letters or more: shorter ones are in every sentence. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .slice(0, 10_000)
      .toLowerCase()
      .match(/\p{L}{4,}/gu),
  );
}
