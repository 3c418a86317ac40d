import { type Answer, answerTo } from './answer.js';
import { cutSteps } from './cut-steps.js';
import { type Exchange, JSON_TYPE, STREAM_TYPE } from './exchange.js';
import type { ModelRequest } from './model-request.js';
import { plainBody } from './plain-body.js';
import { hasPlainFault, plainSteps } from './plain-steps.js';
import { play } from './play.js';
import type { Script } from './script.js';
import type { Sent } from './steps.js';
import { streamFrames } from './stream-frames.js';
import { streamSteps } from './stream-steps.js';
import { usageJson } from './usage.js';

/** Answers a chat or text completion, streamed or plain. */
export async function generate(exchange: Exchange, request: ModelRequest, script: Script): Promise<void> {
  if (script.fixed && !request.stream && request.kind === 'chat')
    return sendCanned(exchange, request, script);
  const answer = await answerTo(exchange.id, request, script);
  if (request.stream) sendStream(exchange, answer, script);
  else await sendPlain(exchange, answer, script);
}

const CANNED_TEXT =
  'This is a sandbox answer, written by a small program and not by a model. It is always the same.';

/** The plain answer under measurement: about 450 bytes, nothing generated and nothing counted. */
function sendCanned(exchange: Exchange, { model }: ModelRequest, script: Script): void {
  const usage = usageJson(script['usage-equals'] ?? script.fixed!, script);
  const created = Math.floor(Date.now() / 1000);
  const tail = usage === undefined ? '' : `"usage":${usage},`;
  const body = `{"id":"${exchange.id}","object":"chat.completion","created":${created},"model":${JSON.stringify(model)},"choices":[{"index":0,"message":{"role":"assistant","content":"${CANNED_TEXT}","refusal":null},"logprobs":null,"finish_reason":"stop"}],${tail}"system_fingerprint":"fp_sandbox"}`;
  exchange.recording.wrote(
    0,
    { choice: 0, text: CANNED_TEXT, tokens: script.fixed!.completionTokens },
    usage,
  );
  exchange.send(200, body);
}

function sendStream(exchange: Exchange, answer: Answer, script: Script): void {
  exchange.open({
    'content-type': STREAM_TYPE,
    'cache-control': 'no-cache',
    ...(script.gzip && { 'content-encoding': 'gzip' }),
  });
  const steps = streamSteps(streamFrames(answer, script), script);
  play(cutSteps(steps, script), exchange.response, exchange.recording);
}

/** A plain answer comes when its last token is ready, so `ms` for each of them passes before the first byte. */
async function sendPlain(exchange: Exchange, answer: Answer, script: Script): Promise<void> {
  const sent: Sent[] = answer.choices.map(({ index, toolName = '', reasoning, pieces }) => ({
    choice: index,
    text: toolName + reasoning.join('') + pieces.join(''),
    tokens: reasoning.length + pieces.length,
  }));
  if (script.ms) {
    await exchange.pause(script.ms * sent.reduce((sum, { tokens }) => sum + tokens, 0));
    if (exchange.response.destroyed) return;
  }
  const usage = usageJson(answer.tokens, script);
  const body = plainBody(answer, script, usage);
  if (hasPlainFault(script)) {
    exchange.open({
      'content-type': JSON_TYPE,
      ...(script.gzip && { 'content-encoding': 'gzip' }),
    });
    play(cutSteps(plainSteps({ body, sent, usage }, script), script), exchange.response, exchange.recording);
    return;
  }
  for (const output of sent) exchange.recording.wrote(0, output, usage);
  exchange.send(200, body);
}
