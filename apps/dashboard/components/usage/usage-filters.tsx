import Form from 'next/form';
import { useTranslations } from 'next-intl';
import { ChoiceLinks } from '@/components/choice-links';
import { Button } from '@/components/ui/button';
import { Field, Input, Select } from '@/components/ui/field';
import type { Usage } from '@/lib/api/account';
import { OUTCOMES, RANGES, type Range, type UsageFilter, usageHref } from '@/lib/usage-filter';

/** The filters of Usage. They live in the address, so a view can be shared and works without script. */
export function UsageFilters({
  filter,
  all,
  keyNames,
}: {
  filter: UsageFilter;
  all: Usage | null;
  keyNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('usage');
  return (
    <search className="grid w-full gap-3">
      <ChoiceLinks
        label={t('range')}
        choices={(Object.keys(RANGES) as Range[]).map((range) => ({
          id: range,
          href: usageHref(filter, { range, from: '', to: '' }),
          text: t(`ranges.${range}`),
          isChosen: filter.range === range,
        }))}
      />
      <Form
        key={JSON.stringify(filter)}
        action="/usage"
        aria-label={t('filters')}
        className="grid grid-cols-2 items-end gap-x-3 gap-y-2 lg:grid-cols-[9.5rem_9.5rem_minmax(0,2fr)_minmax(0,2fr)_minmax(0,1.5fr)_auto]"
      >
        {filter.range !== 'own' && filter.range !== '30d' && (
          <input type="hidden" name="range" value={filter.range} />
        )}
        {filter.by !== 'model' && <input type="hidden" name="by" value={filter.by} />}
        <Field label={t('from')}>
          <Input type="date" name="from" defaultValue={filter.from} />
        </Field>
        <Field label={t('to')}>
          <Input type="date" name="to" defaultValue={filter.to} />
        </Field>
        <Choice
          name="model"
          label={t('model')}
          chosen={filter.model}
          values={(all?.byModel ?? []).map(({ model }) => ({ id: model, label: model }))}
        />
        <Choice
          name="key"
          label={t('key')}
          chosen={filter.key}
          values={(all?.byKey ?? []).map(({ keyId }) => ({
            id: keyId ?? 'playground',
            label: keyId ? (keyNames.get(keyId) ?? keyId) : t('playground'),
          }))}
        />
        <Choice
          name="outcome"
          label={t('outcome')}
          chosen={filter.outcome}
          values={OUTCOMES.map((id) => ({ id, label: t(`outcomes.${id}`) }))}
        />
        <Button type="submit">{t('apply')}</Button>
      </Form>
    </search>
  );
}

/** A chosen value stays in the list even where the range has nothing of it. */
function Choice({
  name,
  label,
  chosen,
  values,
}: {
  name: string;
  label: string;
  chosen: string;
  values: { id: string; label: string }[];
}) {
  const t = useTranslations('usage');
  const isListed = chosen === '' || values.some(({ id }) => id === chosen);
  return (
    <Field label={label}>
      <Select name={name} defaultValue={chosen}>
        <option value="">{t('any')}</option>
        {!isListed && <option value={chosen}>{chosen}</option>}
        {values.map(({ id, label: text }) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  );
}
