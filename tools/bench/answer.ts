/** What the upstream answers: about 450 bytes, as a short plain completion is. */
export const MODEL = 'llama3.2:3b';
const PROMPT_TOKENS = 24;
const COMPLETION_TOKENS = 133;
/** Of the model's seeded multiplier, 0.5. */
export const CHARGE_MILLICREDITS = (PROMPT_TOKENS + COMPLETION_TOKENS) * 500;

export const ANSWER = JSON.stringify({
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  object: 'chat.completion',
  created: 1_741_569_952,
  model: MODEL,
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content:
          'Hello! The tide turns twice a day, and so does the ferry: one leaves at seven, one at half past four.',
        refusal: null,
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: PROMPT_TOKENS,
    completion_tokens: COMPLETION_TOKENS,
    total_tokens: PROMPT_TOKENS + COMPLETION_TOKENS,
  },
  system_fingerprint: 'fp_bench',
});

/** A stream has so many chunks of output, one each so many milliseconds, and then its usage. */
export const STREAM_CHUNKS = 200;
export const STREAM_CHUNK_MS = 10;
export const STREAM_CHUNK = event({
  choices: [{ index: 0, delta: { content: ' tide' }, logprobs: null, finish_reason: null }],
});
const FINISH = event({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] });
const USAGE = event({
  choices: [],
  usage: {
    prompt_tokens: PROMPT_TOKENS,
    completion_tokens: STREAM_CHUNKS,
    total_tokens: PROMPT_TOKENS + STREAM_CHUNKS,
  },
});
export const STREAM_END = `${FINISH}${USAGE}data: [DONE]\n\n`;
export const STREAM_CHARGE_MILLICREDITS = (PROMPT_TOKENS + STREAM_CHUNKS) * 500;

function event(fields: object): string {
  const head = { id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT', object: 'chat.completion.chunk' };
  const chunk = { ...head, created: 1_741_569_952, model: MODEL, system_fingerprint: 'fp_bench', ...fields };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

const ASKED = {
  model: MODEL,
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'When does the ferry leave, and what has it to do with the tide?' },
  ],
  max_tokens: 256,
  temperature: 0.7,
};
/** What every client asks, at once or as a stream. */
export const QUESTION = JSON.stringify(ASKED);
export const STREAM_QUESTION = JSON.stringify({
  ...ASKED,
  stream: true,
  stream_options: { include_usage: true },
});
