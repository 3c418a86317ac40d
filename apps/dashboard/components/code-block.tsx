import { CopyButton } from './copy-button';

/** Code that runs as pasted. Left to right in every language; long lines scroll, by keyboard too. */
export function CodeBlock({ title, code }: { title: string; code: string }) {
  return (
    <figure className="min-w-0 rounded border border-line bg-surface">
      <figcaption className="flex items-center justify-between border-line border-b py-1.5 ps-4 pe-1.5">
        <bdi className="font-medium text-muted text-sm">{title}</bdi>
        <CopyButton text={code} />
      </figcaption>
      <pre
        dir="ltr"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="overflow-x-auto px-4 py-3 text-left font-mono text-sm"
      >
        {code}
      </pre>
    </figure>
  );
}
