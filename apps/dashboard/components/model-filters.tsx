import Form from 'next/form';
import { useTranslations } from 'next-intl';
import type { Model } from '@/lib/api/public';
import { filterChoices, type ModelFilter } from '@/lib/model-filter';
import { useCatalogLabels } from './labels';
import type { CatalogBase } from './model-id';
import { Button } from './ui/button';
import { Field, Input, Select } from './ui/field';

/** The filters of the catalog. They live in the address, so a view can be shared and works without script. */
export function ModelFilters({
  models,
  filter,
  base,
}: {
  models: readonly Model[];
  filter: ModelFilter;
  base: CatalogBase;
}) {
  const t = useTranslations('models');
  const catalog = useTranslations('catalog');
  const labels = useCatalogLabels();
  const choices = filterChoices(models);
  return (
    <search className="w-full">
      <Form
        // A view reached by a link starts with that link's values, not with what was typed before.
        key={JSON.stringify(filter)}
        action={base}
        aria-label={t('filters')}
        className="grid grid-cols-2 items-end gap-x-4 gap-y-3 lg:grid-cols-[2fr_1fr_1fr_1fr_auto]"
      >
        <div className="col-span-2 lg:col-span-1">
          <Field label={t('search')}>
            <Input type="search" name="q" defaultValue={filter.q} placeholder={t('searchHint')} />
          </Field>
        </div>
        <Choice name="category" label={catalog('kind')} chosen={filter.category}>
          {choices.category.map((id) => ({ id, label: labels.category(id) }))}
        </Choice>
        <Choice name="capability" label={catalog('capabilities')} chosen={filter.capability}>
          {choices.capability.map((id) => ({ id, label: labels.ability(id) }))}
        </Choice>
        <Choice name="tier" label={catalog('tier')} chosen={filter.tier}>
          {choices.tier.map((id) => ({ id, label: id }))}
        </Choice>
        <Button type="submit">{t('apply')}</Button>
      </Form>
    </search>
  );
}

function Choice({
  name,
  label,
  chosen,
  children,
}: {
  name: string;
  label: string;
  chosen: string;
  children: { id: string; label: string }[];
}) {
  const t = useTranslations('models');
  return (
    <Field label={label}>
      <Select name={name} defaultValue={chosen}>
        <option value="">{t('any')}</option>
        {children.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}
