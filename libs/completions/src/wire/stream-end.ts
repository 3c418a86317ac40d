import { type AnswerUsage, addUsageEdits, modelEdits, setUsage, usageText } from './answer-edits.js';
import { insertEdit } from './edits.js';
import { lastField, scanObject } from './field-scanner.js';
import type { StreamKind } from './output-text.js';
import { editEvent, type StreamEvent } from './stream-event.js';

/** How a stream is to end, decided when its charge is written. */
export interface StreamEnd {
  /** Whether the caller asked for a usage chunk. */
  includeUsage: boolean;
  usage: AnswerUsage;
}

/** What of a stream its last chunks are made from. */
export interface StreamFacts {
  requestedModel: string;
  kind: StreamKind;
  /** The event with the last usage that was not null. */
  usageEvent: StreamEvent | undefined;
  /** Whether that event had no choices: it is then the upstream's usage chunk. */
  usageStoodAlone: boolean;
  /** How the stream's chunks name themselves. */
  identity: { id: unknown; object: unknown; created: unknown } | undefined;
}

/** What OpenAI calls a chunk; it is asked for only where the upstream's own chunks do not say. */
const OBJECT_NAMES = { chat: 'chat.completion.chunk', text: 'text_completion' } as const;

/** The finish chunk: with usage and credits in it, unless the caller gets those in a chunk of their own. */
export function finishChunk(event: StreamEvent, facts: StreamFacts, end: StreamEnd): Buffer {
  const { payload } = event;
  const { usage } = end;
  const scan = scanObject(payload);
  const edits = modelEdits(payload, scan, facts.requestedModel);
  if (end.includeUsage) {
    // Usage comes in the last chunk then, with credits; a second figure without them would be one too many.
    if (lastField(scan, 'usage')) insertEdit(edits, setUsage(scan, 'null'));
  } else if (usage.kind === 'reported' && facts.usageEvent !== event) {
    insertEdit(edits, setUsage(scan, usageText(facts.usageEvent?.payload, usage)));
  } else {
    addUsageEdits(payload, scan, usage, edits);
  }
  return editEvent(event, edits);
}

/** The usage chunk: the upstream's own with credits when it sent one whose figures count, else one of ours. */
export function usageChunk(facts: StreamFacts, usage: AnswerUsage): Buffer {
  const { usageEvent, requestedModel } = facts;
  if (usage.kind === 'reported' && usageEvent && facts.usageStoodAlone) {
    const scan = scanObject(usageEvent.payload);
    const edits = modelEdits(usageEvent.payload, scan, requestedModel);
    addUsageEdits(usageEvent.payload, scan, usage, edits);
    return editEvent(usageEvent, edits);
  }
  const { id = '', object = OBJECT_NAMES[facts.kind], created = 0 } = facts.identity ?? {};
  const head = JSON.stringify({ id, object, created, model: requestedModel, choices: [] });
  return Buffer.from(`data: ${head.slice(0, -1)},"usage":${usageText(usageEvent?.payload, usage)}}\n\n`);
}
