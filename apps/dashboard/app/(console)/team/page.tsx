import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { InvitationTable } from '@/components/team/invitation-table';
import { InviteMember } from '@/components/team/invite-member';
import { MemberTable } from '@/components/team/member-table';
import { RoleTable } from '@/components/team/role-table';
import { Unreachable } from '@/components/unreachable';
import { readService } from '@/lib/api/public';
import { readMe } from '@/lib/api/session';
import { readTeam } from '@/lib/api/team';
import { grantableRoles } from '@/lib/team-rules';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('console.pages'))('team') };
}

export default async function TeamPage() {
  const [pages, me, team, service] = await Promise.all([
    getTranslations('console.pages'),
    readMe(),
    readTeam(),
    readService(),
  ]);
  const active = me.ok ? me.value.active : null;
  // What somebody may not do is not offered: without the right there is no role to give.
  const roles = grantableRoles(active);
  if (!team.ok || !active) {
    return <ConsolePage title={pages('team')}>{!team.ok && <Unreachable answer={team} />}</ConsolePage>;
  }
  const { members, invitations } = team.value;
  return (
    <ConsolePage title={pages('team')} action={roles.length > 0 && <InviteMember roles={roles} />}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
        <MemberTable members={members} account={active} roles={roles} />
        <InvitationTable
          invitations={invitations}
          roles={roles}
          publicUrl={service.ok ? service.value.publicUrl : null}
        />
        <RoleTable roles={team.value.roles} own={active.role} />
      </div>
    </ConsolePage>
  );
}
