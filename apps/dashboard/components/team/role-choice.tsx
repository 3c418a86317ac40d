'use client';

import { useTranslations } from 'next-intl';
import type { Role } from '@/lib/api/session';

/** One role of those that may be given, each with what it is for. */
export function RoleChoice({ roles, chosen }: { roles: Role[]; chosen: Role }) {
  const t = useTranslations('team');
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-muted text-sm">{t('role')}</legend>
      {roles.map((role) => (
        <label
          key={role}
          className="flex cursor-pointer items-baseline gap-2.5 rounded border border-line px-3 py-2 transition-colors has-checked:border-accent has-checked:bg-wash"
        >
          <input
            type="radio"
            name="role"
            value={role}
            defaultChecked={role === chosen}
            className="translate-y-0.5 accent-accent"
          />
          <span className="min-w-0">
            <span className="font-medium">{t(`roles.${role}`)}</span>
            <span className="block text-muted text-sm">{t(`purposes.${role}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
