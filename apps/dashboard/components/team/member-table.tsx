import { useFormatter, useTranslations } from 'next-intl';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Me, Role } from '@/lib/api/session';
import type { TeamMember } from '@/lib/api/team';
import { stepsFor } from '@/lib/team-rules';
import { MemberActions } from './member-actions';

/** Who is in the account, longest first. */
export function MemberTable({
  members,
  account,
  roles,
}: {
  members: TeamMember[];
  account: NonNullable<Me['active']>;
  roles: Role[];
}) {
  const t = useTranslations('team');
  const format = useFormatter();
  const owners = members.filter(({ role }) => role === 'owner').length;
  return (
    <section aria-labelledby="members">
      <h2 id="members" className="font-semibold text-lg">
        {t('members')}{' '}
        <span className="font-normal text-muted tabular-nums">{format.number(members.length)}</span>
      </h2>
      <table className="w-full table-fixed border-collapse">
        <thead className="max-sm:sr-only">
          <tr>
            <Th>{t('person')}</Th>
            <Th className="w-40 max-sm:hidden">{t('role')}</Th>
            <Th className="w-40 max-md:hidden">{t('joined')}</Th>
            <Th className="w-24">
              <span className="sr-only">{t('actions')}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.userId}>
              <RowTh>
                <span className="flex min-w-0 items-baseline gap-2">
                  <bdi className="truncate font-medium" title={member.name}>
                    {member.name}
                  </bdi>
                  {member.isYou && (
                    <span className="shrink-0 rounded bg-wash px-1.5 text-accent text-xs">{t('you')}</span>
                  )}
                </span>
                <span className="flex min-w-0 gap-1 text-muted text-sm">
                  <span className="shrink-0 sm:hidden">{t(`roles.${member.role}`)} ·</span>
                  <bdi className="truncate" title={member.email}>
                    {member.email}
                  </bdi>
                </span>
              </RowTh>
              <Td className="max-sm:hidden">{t(`roles.${member.role}`)}</Td>
              <Td className="whitespace-nowrap text-muted max-md:hidden">
                <time dateTime={member.joinedAt}>
                  {format.dateTime(new Date(member.joinedAt), {
                    day: 'numeric',
                    month: 'short',
                    year: 'numeric',
                  })}
                </time>
              </Td>
              <Td kind="figure" className="w-24">
                {stepsFor(member, account).length > 0 && (
                  <MemberActions
                    of={member}
                    steps={stepsFor(member, account)}
                    roles={roles}
                    accountName={account.name}
                    isLastOwner={member.role === 'owner' && owners === 1}
                  />
                )}
              </Td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
