import { CodeBlock } from './code-block';

const LANGUAGES = { curl: 'curl', node: 'Node', python: 'Python' } as const;

/** The same request three ways. One is open at a time, without script. */
export function ClientSamples({ samples }: { samples: Record<keyof typeof LANGUAGES, string> }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {(Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]).map((language) => (
        <details key={language} name="client-sample" open={language === 'curl'}>
          <summary className="cursor-pointer py-1 font-medium text-muted text-sm">
            {LANGUAGES[language]}
          </summary>
          <CodeBlock title={LANGUAGES[language]} code={samples[language]} />
        </details>
      ))}
    </div>
  );
}
