import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

const PLUGINS = [remarkGfm];

/** A model's words are a stranger's: no markup of theirs is taken, no image is fetched, and no link knows us. */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline">
      {children}
    </a>
  ),
  img: ({ alt }) => <span className="text-muted">[{alt || 'image'}]</span>,
  pre: ({ children }) => (
    <pre
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="overflow-x-auto rounded border border-line bg-ground px-3 py-2 text-left font-mono text-sm"
    >
      {children}
    </pre>
  ),
  // Columns are told apart by their place alone: alignment would come as a style, which the page does not allow.
  td: ({ children }) => <td className="border-line border-b py-1 pe-4 text-start">{children}</td>,
  th: ({ children }) => <th className="border-line border-b py-1 pe-4 text-start font-medium">{children}</th>,
};

export default function AnswerMarkdown({ text }: { text: string }) {
  return (
    <div
      dir="auto"
      className="grid grid-cols-[minmax(0,1fr)] gap-3 break-words [&_:is(h1,h2,h3)]:font-semibold [&_code]:font-mono [&_code]:text-sm [&_ol]:list-decimal [&_ol]:ps-6 [&_ul]:list-disc [&_ul]:ps-6"
    >
      <Markdown remarkPlugins={PLUGINS} components={COMPONENTS}>
        {text}
      </Markdown>
    </div>
  );
}
