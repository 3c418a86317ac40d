'use client';

import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { type PlaygroundModel, SettingsForm } from './settings-form';
import { TurnRecord } from './turn-record';
import { type Settings, useChat } from './use-chat';

/** Questions to a model, answered as they come, metered like any request. */
export function Playground({ models, first }: { models: PlaygroundModel[]; first: string }) {
  const t = useTranslations('playground');
  const chat = useChat();
  const [settings, setSettings] = useState<Settings>({
    model: first,
    system: '',
    temperature: '',
    maxTokens: '',
  });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_17rem]">
      <div className="min-w-0 lg:order-last">
        <SettingsForm
          models={models}
          settings={settings}
          onChange={(change) => setSettings({ ...settings, ...change })}
        />
      </div>
      <div className="min-w-0">
        {chat.turns.length === 0 && <p className="border-line border-b pb-5 text-muted">{t('empty')}</p>}
        <ol>
          {chat.turns.map((turn) => (
            <TurnRecord key={turn.id} turn={turn} />
          ))}
        </ol>
        <Question
          isRunning={chat.isRunning}
          canClear={chat.turns.length > 0}
          onAsk={(question) => void chat.ask(question, settings)}
          onStop={chat.stop}
          onClear={chat.clear}
        />
      </div>
    </div>
  );
}

function Question({
  isRunning,
  canClear,
  onAsk,
  onStop,
  onClear,
}: {
  isRunning: boolean;
  canClear: boolean;
  onAsk: (question: string) => void;
  onStop: () => void;
  onClear: () => void;
}) {
  const t = useTranslations('playground');
  const [question, setQuestion] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  function ask() {
    if (isRunning || question.trim() === '') return;
    onAsk(question);
    setQuestion('');
    field.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent) {
    // A letter that is still being composed (Arabic, Chinese) also ends with Enter.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    ask();
  }
  return (
    <form
      className="mt-5 grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <textarea
        ref={field}
        dir="auto"
        rows={3}
        aria-label={t('question')}
        placeholder={t('question')}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={onKeyDown}
        className="w-full rounded border border-edge bg-surface px-3 py-2 placeholder:text-muted"
      />
      <div className="flex flex-wrap items-center gap-2">
        {isRunning ? (
          <Button type="button" onClick={onStop}>
            {t('stop')}
          </Button>
        ) : (
          <Button type="submit" look="primary" disabled={question.trim() === ''}>
            {t('send')}
          </Button>
        )}
        {canClear && !isRunning && (
          <Button type="button" onClick={onClear}>
            {t('clear')}
          </Button>
        )}
        <span className="text-muted text-sm">{isRunning ? t('stopNote') : t('sendNote')}</span>
      </div>
    </form>
  );
}
