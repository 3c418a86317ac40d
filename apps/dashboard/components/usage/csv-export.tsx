'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { Button, buttonStyle } from '@/components/ui/button';
import { downloadCsv } from '@/lib/csv-download';

type State = 'idle' | 'failed' | { lines: number };

/** The requests of the page as a file, with a count that moves. Without script the browser downloads it by itself. */
export function CsvExport({ address, requests }: { address: string; requests: number }) {
  const t = useTranslations('csv');
  const format = useFormatter();
  const [state, setState] = useState<State>('idle');
  const running = useRef<AbortController>(null);

  async function start() {
    const controller = new AbortController();
    running.current = controller;
    setState({ lines: 0 });
    try {
      await downloadCsv(address, {
        signal: controller.signal,
        onLines: (lines) => setState({ lines }),
      });
      setState('idle');
    } catch {
      setState(controller.signal.aborted ? 'idle' : 'failed');
    }
  }

  if (typeof state === 'object') {
    const done = Math.min(state.lines, requests);
    return (
      <div className="flex items-center gap-3">
        <div className="grid gap-1">
          <span role="status" className="text-sm tabular-nums">
            {t('progress', { done: format.number(done), total: format.number(requests) })}
          </span>
          <progress
            aria-label={t('exporting')}
            max={Math.max(requests, 1)}
            value={done}
            className="block h-1 w-full appearance-none overflow-hidden rounded bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
          />
        </div>
        <Button type="button" onClick={() => running.current?.abort()}>
          {t('cancel')}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex items-center gap-3">
      {state === 'failed' && (
        <span role="alert" className="text-danger text-sm">
          {t('failed')}
        </span>
      )}
      <a
        href={address}
        download
        className={buttonStyle()}
        onClick={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        {t('export')}
      </a>
    </div>
  );
}
