'use client';

import { useTranslations } from 'next-intl';
import { Field, Input } from '@/components/ui/field';

/** Asked for where a session somebody left open must not be enough. */
export function CurrentPassword({ isFirst = false }: { isFirst?: boolean }) {
  const t = useTranslations('settings');
  return (
    <Field label={t('currentPassword')}>
      <Input
        name="password"
        type="password"
        dir="ltr"
        autoComplete="current-password"
        maxLength={128}
        required
        autoFocus={isFirst}
      />
    </Field>
  );
}
