import type { ReactNode } from 'react';

/** Code inside a sentence: always left to right, whatever the sentence around it. */
export function Code({ children }: { children: ReactNode }) {
  return (
    <code dir="ltr" className="font-mono text-[0.93em]">
      <bdi>{children}</bdi>
    </code>
  );
}

/** For messages that mark code as `<code>…</code>`. */
export function code(chunks: ReactNode) {
  return <Code>{chunks}</Code>;
}
