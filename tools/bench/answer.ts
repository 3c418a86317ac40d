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

/** What every client asks. */
export const QUESTION = JSON.stringify({
  model: MODEL,
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'When does the ferry leave, and what has it to do with the tide?' },
  ],
  max_tokens: 256,
  temperature: 0.7,
});
