import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { ClientSamples } from '@/components/client-samples';
import { CodeBlock } from '@/components/code-block';
import { answerSample, programSamples, streamSamples } from '@/lib/api-samples';
import { clientSamples } from '@/lib/samples';
import { FactSection } from './fact-section';

export function Address({ baseUrl }: { baseUrl: string }) {
  return (
    <FactSection
      group="address"
      names={{
        base: baseUrl,
        bearer: 'Authorization: Bearer KEY',
        header: 'x-api-key: KEY',
        body: 'application/json',
      }}
    />
  );
}

export function Endpoints() {
  return (
    <FactSection
      group="endpoints"
      names={{
        chat: 'POST /v1/chat/completions',
        completions: 'POST /v1/completions',
        embeddings: 'POST /v1/embeddings',
        models: 'GET /v1/models',
        model: 'GET /v1/models/{id}',
        usage: 'GET /v1/usage',
        request: 'GET /v1/requests/{id}',
        subscription: 'GET /api/billing/subscription',
      }}
    />
  );
}

export function Chat({ baseUrl }: { baseUrl: string }) {
  const t = useTranslations('apiDocs');
  return (
    <FactSection
      group="chat"
      names={{
        model: 'model',
        messages: 'messages',
        limit: 'max_tokens, max_completion_tokens',
        n: 'n',
        stream: 'stream',
        usage: 'stream_options.include_usage',
        temperature: 'temperature',
        topP: 'top_p',
        penalties: 'presence_penalty, frequency_penalty',
        stop: 'stop',
        tools: 'tools, tool_choice, parallel_tool_calls',
        format: 'response_format',
        logprobs: 'logprobs, top_logprobs',
        rest: 'seed, user, metadata, logit_bias, reasoning_effort',
      }}
    >
      <ClientSamples samples={clientSamples({ baseUrl })} />
      <CodeBlock title={t('answer')} code={answerSample()} />
    </FactSection>
  );
}

export function Streaming({ baseUrl }: { baseUrl: string }) {
  const t = useTranslations('apiDocs');
  return (
    <FactSection
      group="streaming"
      names={{
        usage: 'usage',
        includeUsage: 'include_usage',
        comment: ': keep-alive',
        error: 'data: {"error": …}',
        done: 'data: [DONE]',
      }}
    >
      <ClientSamples samples={streamSamples(baseUrl)} />
      <p>
        {t.rich('streaming.left', {
          policy: (chunks) => (
            <Link href="/credits#abort" className="text-accent underline underline-offset-4">
              {chunks}
            </Link>
          ),
        })}
      </p>
    </FactSection>
  );
}

export function Others() {
  return (
    <FactSection
      group="others"
      names={{
        prompt: 'prompt',
        limits: 'max_tokens, best_of, logprobs',
        input: 'input',
        encoding: 'encoding_format',
        dimensions: 'dimensions',
      }}
    />
  );
}

export function Programs({ baseUrl }: { baseUrl: string }) {
  return (
    <FactSection
      group="programs"
      names={{
        balance: 'credits, held',
        usage: 'from, to, group_by',
        request: 'held, credits, usage_source',
        scope: 'account:read',
      }}
    >
      <CodeBlock title="curl" code={programSamples(baseUrl)} />
    </FactSection>
  );
}
