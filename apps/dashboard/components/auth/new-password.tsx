import { useTranslations } from 'next-intl';
import { Field, Input } from '@/components/ui/field';

/** As the API holds it. */
const LENGTH = { min: 10, max: 128 };

/** The rule is told before it is broken. */
export function NewPassword({ label }: { label: string }) {
  const t = useTranslations('auth');
  return (
    <div>
      <Field label={label}>
        <Input
          name="password"
          type="password"
          dir="ltr"
          autoComplete="new-password"
          minLength={LENGTH.min}
          maxLength={LENGTH.max}
          aria-describedby="password-rule"
          required
        />
      </Field>
      <p id="password-rule" className="mt-1 text-muted text-sm">
        {t('passwordRule', LENGTH)}
      </p>
    </div>
  );
}
