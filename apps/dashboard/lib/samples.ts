import type { Model } from './api/public';
import { priceCredits } from './price';

/** The model of the examples: small, cheap and in the catalog of every first run. */
export const SAMPLE_MODEL = 'llama3.2:3b';
const SAMPLE_MAX_TOKENS = 200;

/** What an answer to the example reports: 157 tokens, the product's standing example. */
const SAMPLE_USAGE = { promptTokens: 45, completionTokens: 112 };
const SAMPLE_BALANCE_CREDITS = 1000;

/** The example request, line by line as a page shows it. */
export function sampleRequest(model: string): string {
  return JSON.stringify(
    {
      model,
      messages: [{ role: 'user', content: 'Explain double entry.' }],
      max_tokens: SAMPLE_MAX_TOKENS,
    },
    null,
    2,
  );
}

/** The receipt of the example request at a live multiplier; of the first model when the host removed the usual one. */
export function sampleReceipt(models: readonly Model[]) {
  const model = models.find(({ id }) => id === SAMPLE_MODEL) ?? models[0];
  const multiplier = model?.multiplier ?? 0.5;
  const { promptTokens, completionTokens } = SAMPLE_USAGE;
  const held = priceCredits({ tokens: estimatedTokens(model?.id ?? SAMPLE_MODEL), multiplier });
  const charge = priceCredits({ tokens: promptTokens + completionTokens, multiplier });
  return {
    model: model?.id ?? SAMPLE_MODEL,
    multiplier,
    ...SAMPLE_USAGE,
    prompt: priceCredits({ tokens: promptTokens, multiplier }),
    completion: priceCredits({ tokens: completionTokens, multiplier }),
    charge,
    held,
    returned: priceCredits({ tokens: 1, multiplier: held - charge }),
    before: SAMPLE_BALANCE_CREDITS,
    after: priceCredits({ tokens: 1, multiplier: SAMPLE_BALANCE_CREDITS - charge }),
  };
}

/** What the ledger holds for the example: half the bytes of the body, 8 a message, and the output limit. */
function estimatedTokens(model: string): number {
  const body = JSON.stringify(JSON.parse(sampleRequest(model)));
  return Math.ceil(new TextEncoder().encode(body).length / 2) + 8 + SAMPLE_MAX_TOKENS;
}

/** A sample with the key itself where it reads it from the environment. */
export function withKey(sample: string, key: string): string {
  return sample
    .replace('$LLM_API_KEY', key)
    .replace(/process\.env\.LLM_API_KEY/, `'${key}'`)
    .replace('os.environ["LLM_API_KEY"]', `"${key}"`)
    .replace('import os\n', '');
}

/** Requests that run as pasted, once the key is in the environment. */
export function clientSamples({ baseUrl, model = SAMPLE_MODEL }: { baseUrl: string; model?: string }) {
  const hello = 'Say hello in one sentence.';
  return {
    curl: `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $LLM_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "messages": [{ "role": "user", "content": "${hello}" }]
  }'`,
    node: `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${baseUrl}',
  apiKey: process.env.LLM_API_KEY,
});

const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: '${hello}' }],
});

console.log(answer.choices[0].message.content);
console.log(answer.usage); // with credits`,
    python: `import os
from openai import OpenAI

client = OpenAI(
    base_url="${baseUrl}",
    api_key=os.environ["LLM_API_KEY"],
)

answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "${hello}"}],
)

print(answer.choices[0].message.content)
print(answer.usage)  # with credits`,
    embeddings: `curl ${baseUrl}/embeddings \\
  -H "Authorization: Bearer $LLM_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "input": "${hello}"
  }'`,
  };
}
