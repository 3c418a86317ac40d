'use client';

import { useTranslations } from 'next-intl';
import { typedIn, useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { Field, Input, Select } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import type { KeyView } from '@/lib/api/keys';

/** What a key may do. Empty means: no budget, no end, every model. */
export function KeyForm<T>({
  of,
  models,
  onDone,
  onCancel,
}: {
  /** The key that is changed; without one, a key is made. */
  of?: KeyView;
  models: string[];
  onDone: (answer: T) => void;
  onCancel: () => void;
}) {
  const t = useTranslations('keys');
  const { failure, isBusy, ask } = useFormState();
  return (
    <form
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const chosen = new FormData(event.currentTarget).getAll('model').map(String);
        const body = keyOf(typedIn(event), chosen);
        const answer = await ask(() =>
          of
            ? send<T>('PATCH', `/api/dashboard/keys/${of.id}`, body)
            : send<T>('POST', '/api/dashboard/keys', body),
        );
        if (answer) onDone(answer.value);
      }}
    >
      <Field label={t('name')}>
        <Input name="name" defaultValue={of?.name} maxLength={60} required autoFocus autoComplete="off" />
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label={t('budget')}>
          <Input
            name="credits"
            type="number"
            dir="ltr"
            min="0.001"
            step="0.001"
            defaultValue={of?.budget?.credits}
            placeholder={t('noBudget')}
          />
        </Field>
        <Field label={t('reset')}>
          <Select name="reset" defaultValue={of?.budget?.reset ?? 'monthly'}>
            <option value="monthly">{t('resets.monthly')}</option>
            <option value="daily">{t('resets.daily')}</option>
            <option value="never">{t('resets.never')}</option>
          </Select>
        </Field>
      </div>
      <Field label={t('expires')}>
        <Input name="expires" type="date" dir="ltr" defaultValue={of?.expiresAt?.slice(0, 10)} />
      </Field>
      <ModelChoice models={models} chosen={of?.allowedModels ?? []} />
      <FailureNote failure={failure} />
      <div className="flex justify-end gap-3">
        <Button type="button" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" disabled={isBusy}>
          {of ? t('save') : t('create')}
        </Button>
      </div>
    </form>
  );
}

function keyOf(typed: (name: string) => string, models: string[]) {
  const credits = typed('credits');
  const reset = typed('reset');
  const day = typed('expires');
  return {
    name: typed('name').trim(),
    budget: credits ? { credits: Number(credits), reset: reset === 'never' ? null : reset } : null,
    expiresAt: day ? `${day}T23:59:59Z` : null,
    allowedModels: models.length > 0 ? models : null,
  };
}

function ModelChoice({ models, chosen }: { models: string[]; chosen: string[] }) {
  const t = useTranslations('keys');
  // A model that has left the catalog stays chosen until it is taken away here.
  const all = [...new Set([...chosen, ...models])];
  return (
    <details open={chosen.length > 0}>
      <summary className="cursor-pointer text-muted text-sm">{t('onlyModels')}</summary>
      <div className="mt-2 grid max-h-44 gap-1 overflow-y-auto rounded border border-line p-2 sm:grid-cols-2">
        {all.map((model) => (
          <label key={model} className="flex min-w-0 items-center gap-2 text-sm">
            <input
              type="checkbox"
              name="model"
              value={model}
              defaultChecked={chosen.includes(model)}
              className="accent-accent"
            />
            <bdi className="truncate font-mono">{model}</bdi>
          </label>
        ))}
      </div>
    </details>
  );
}
