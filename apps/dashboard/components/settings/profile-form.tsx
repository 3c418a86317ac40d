'use client';

import { useTranslations } from 'next-intl';
import { AskForm } from '@/components/ask-form';
import { Field, Input, Select } from '@/components/ui/field';
import { LANGUAGE_NAMES, type Locale } from '@/i18n/locale';
import { send } from '@/lib/api/browser';

/** The name others see, and the language of pages and mails. */
export function ProfileForm({ name, locale, shown }: { name: string; locale: Locale; shown: Locale }) {
  const t = useTranslations('settings');
  async function showIn(language: string) {
    const form = new FormData();
    form.set('locale', language);
    await fetch('/preferences', { method: 'POST', body: form, redirect: 'manual' });
    // Every page is read anew, in the language chosen.
    window.location.reload();
  }
  return (
    <AskForm
      submit={t('save')}
      look="quiet"
      ask={async (typed) => {
        const language = typed('locale');
        const answer = await send('PATCH', '/api/dashboard/me', {
          name: typed('name').trim(),
          locale: language,
        });
        return answer.ok ? { ok: true, value: language } : answer;
      }}
      onDone={showIn}
    >
      <Field label={t('name')}>
        <Input name="name" defaultValue={name} maxLength={100} required autoComplete="name" />
      </Field>
      <Field label={t('language')}>
        {/* What the page is shown in wins: whoever switched it above expects it to stay. */}
        <Select name="locale" defaultValue={shown}>
          {(['en', 'ar'] as const).map((language) => (
            <option key={language} value={language} lang={language}>
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </Select>
      </Field>
      {locale !== shown && (
        <p className="text-muted text-sm">{t('mailsIn', { language: LANGUAGE_NAMES[locale] })}</p>
      )}
    </AskForm>
  );
}
