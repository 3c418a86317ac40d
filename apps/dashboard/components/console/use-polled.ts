'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { send } from '@/lib/api/browser';

/**
 * What the API last answered at a path, asked again and again while the page is looked at. `initial` came with the
 * page; when what `digest` takes of it is another, the page's own figures are asked for anew.
 */
export function usePolled<T>(
  initial: T,
  from: { path: string; everyMs: number; slowestMs: number; digest: (value: T) => string },
): T {
  const { path, everyMs, slowestMs, digest } = from;
  const router = useRouter();
  const [polled, setPolled] = useState<T | null>(null);
  const first = digest(initial);
  useEffect(() => {
    setPolled(null);
    let shown = first;
    let waitMs = everyMs;
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    async function poll() {
      if (document.visibilityState === 'visible') {
        const answer = await send<T>('GET', path);
        if (isOver) return;
        // A server that does not answer is asked less and less often.
        waitMs = answer.ok ? everyMs : Math.min(waitMs * 2, slowestMs);
        if (answer.ok && digest(answer.value) !== shown) {
          shown = digest(answer.value);
          setPolled(answer.value);
          router.refresh();
        }
      }
      timer = setTimeout(() => void poll(), waitMs);
    }
    timer = setTimeout(() => void poll(), waitMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [first, path, everyMs, slowestMs, digest, router]);
  return polled ?? initial;
}
