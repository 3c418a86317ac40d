import { useTranslations } from 'next-intl';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Role } from '@/lib/api/session';
import type { Team } from '@/lib/api/team';
import { AREAS, levelOf } from '@/lib/role-levels';

/** What each role may do, as the API itself decides it. On a phone a role is a paragraph. */
export function RoleTable({ roles, own }: { roles: Team['roles']; own: Role }) {
  const t = useTranslations('team');
  return (
    <section aria-labelledby="roles">
      <h2 id="roles" className="font-semibold text-lg">
        {t('rolesTitle')}
      </h2>
      <table className="w-full table-fixed border-collapse max-md:hidden">
        <thead>
          <tr>
            <Th className="w-36">
              <span className="sr-only">{t('area')}</span>
            </Th>
            {roles.map(({ role }) => (
              <Th key={role} className={role === own ? 'text-ink' : ''}>
                {t(`roles.${role}`)}
                {role === own && <span className="ms-1.5 font-normal text-accent">{t('yours')}</span>}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {AREAS.map((area) => (
            <tr key={area}>
              <RowTh className="text-muted">{t(`areas.${area}`)}</RowTh>
              {roles.map(({ role, rights }) => {
                const level = levelOf(rights, area);
                return (
                  <Td key={role} className={level === 'none' ? 'text-muted' : ''}>
                    {t(`levels.${area === 'playground' && level === 'change' ? 'use' : level}`)}
                  </Td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="mt-2 grid gap-3 md:hidden">
        {roles.map(({ role, rights }) => (
          <div key={role} className="border-line border-b pb-3">
            <dt className="font-medium">
              {t(`roles.${role}`)}
              {role === own && <span className="ms-1.5 font-normal text-accent text-sm">{t('yours')}</span>}
            </dt>
            <dd className="text-muted">{t(`purposes.${role}`)}</dd>
            {(['close', 'change', 'see'] as const).map((level) => {
              const areas = AREAS.filter((area) => levelOf(rights, area) === level);
              if (areas.length === 0) return null;
              return (
                <dd key={level} className="text-sm">
                  <span className="text-muted">{t(`levels.${level}`)}:</span>{' '}
                  {areas.map((area) => t(`areas.${area}`)).join(t('comma'))}
                </dd>
              );
            })}
          </div>
        ))}
      </dl>
    </section>
  );
}
