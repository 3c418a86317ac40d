'use client';

import { useTranslations } from 'next-intl';
import { Field, Input, Select } from '@/components/ui/field';
import type { Settings } from './use-chat';

export interface PlaygroundModel {
  id: string;
  multiplier: number;
}

/** The model and what it is told besides the question. An empty field leaves the choice to the model. */
export function SettingsForm({
  models,
  settings,
  onChange,
}: {
  models: PlaygroundModel[];
  settings: Settings;
  onChange: (change: Partial<Settings>) => void;
}) {
  const t = useTranslations('playground');
  return (
    <div className="grid content-start gap-3">
      <Field label={t('model')}>
        <Select value={settings.model} onChange={(event) => onChange({ model: event.target.value })}>
          {models.map(({ id, multiplier }) => (
            <option key={id} value={id}>
              {`\u2066${id} · ${multiplier}×\u2069`}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('system')}>
        <textarea
          dir="auto"
          rows={4}
          value={settings.system}
          onChange={(event) => onChange({ system: event.target.value })}
          className="w-full rounded border border-edge bg-surface px-2.5 py-1.5"
        />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('temperature')}>
          <Input
            type="number"
            min={0}
            max={2}
            step={0.1}
            value={settings.temperature}
            placeholder={t('own')}
            onChange={(event) => onChange({ temperature: event.target.value })}
          />
        </Field>
        <Field label={t('maxTokens')}>
          <Input
            type="number"
            min={1}
            step={1}
            value={settings.maxTokens}
            placeholder={t('own')}
            onChange={(event) => onChange({ maxTokens: event.target.value })}
          />
        </Field>
      </div>
    </div>
  );
}
