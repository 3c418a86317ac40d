import { SAMPLE_MODEL } from './samples';

/** An answer as it comes, with what it cost. */
export function answerSample(): string {
  return `{
  "id": "chatcmpl-…",
  "object": "chat.completion",
  "model": "${SAMPLE_MODEL}",
  "choices": [
    {
      "index": 0,
      "message": { "role": "assistant", "content": "Hello!" },
      "finish_reason": "stop"
    }
  ],
  "usage": {
    "prompt_tokens": 45,
    "completion_tokens": 112,
    "total_tokens": 157,
    "credits": 78.5
  }
}`;
}

/** The same question as a stream that says at its end what it cost. */
export function streamSamples(baseUrl: string): { curl: string; node: string; python: string } {
  const hello = 'Say hello in one sentence.';
  return {
    curl: `curl -N ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $LLM_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${SAMPLE_MODEL}",
    "messages": [{ "role": "user", "content": "${hello}" }],
    "stream": true,
    "stream_options": { "include_usage": true }
  }'`,
    node: `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: process.env.LLM_API_KEY });

const stream = await client.chat.completions.create({
  model: '${SAMPLE_MODEL}',
  messages: [{ role: 'user', content: '${hello}' }],
  stream: true,
  stream_options: { include_usage: true },
});

for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
  if (chunk.usage) console.log(chunk.usage); // with credits
}`,
    python: `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["LLM_API_KEY"])

stream = client.chat.completions.create(
    model="${SAMPLE_MODEL}",
    messages=[{"role": "user", "content": "${hello}"}],
    stream=True,
    stream_options={"include_usage": True},
)

for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
    if chunk.usage:
        print(chunk.usage)  # with credits`,
  };
}

/** What a program asks about money. `/api/billing` stands beside `/v1`. */
export function programSamples(baseUrl: string): string {
  const root = baseUrl.replace(/\/v1$/, '');
  const authorization = '-H "Authorization: Bearer $LLM_API_KEY"';
  return `# what there is
curl ${root}/api/billing/subscription ${authorization}

# what November cost, by model
curl "${baseUrl}/usage?from=2026-11-01&to=2026-11-30&group_by=model" ${authorization}

# one request, to the thousandth of a credit
curl ${baseUrl}/requests/req_… ${authorization}`;
}

export function errorSample(): string {
  return `{
  "error": {
    "message": "…",
    "type": "insufficient_credits",
    "param": null,
    "code": "insufficient_credits",
    "metadata": {
      "required": 117.5,
      "available": 20,
      "held": 0,
      "affordable_max_tokens": 5,
      "remedy": "…"
    }
  }
}`;
}
