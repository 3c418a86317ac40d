import Form from 'next/form';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Field, Input, Select } from '@/components/ui/field';
import { MAIL_STATES, type MailFilter } from '@/lib/mail-filter';
import { useMailKind } from './mail-labels';

/** They live in the address, so a view can be shared and works without script. */
export function MailFilters({ filter, kinds }: { filter: MailFilter; kinds: string[] }) {
  const t = useTranslations('mails');
  const nameOf = useMailKind();
  return (
    <search className="w-full">
      <Form
        key={JSON.stringify(filter)}
        action="/operator/mails"
        aria-label={t('filters')}
        className="grid grid-cols-2 items-end gap-x-3 gap-y-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,1.5fr)_minmax(0,1fr)_auto]"
      >
        <div className="max-sm:col-span-2">
          <Field label={t('to')}>
            <Input name="to" type="search" dir="ltr" defaultValue={filter.to} autoComplete="off" />
          </Field>
        </div>
        <Field label={t('kind')}>
          <Select name="kind" defaultValue={filter.kind}>
            <option value="">{t('any')}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {nameOf(kind)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('state')}>
          <Select name="state" defaultValue={filter.state}>
            <option value="">{t('any')}</option>
            {MAIL_STATES.map((state) => (
              <option key={state} value={state}>
                {t(`states.${state}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Button type="submit" className="max-sm:col-span-2">
          {t('apply')}
        </Button>
      </Form>
    </search>
  );
}
