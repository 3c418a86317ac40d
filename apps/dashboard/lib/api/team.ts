import { cache } from 'react';
import { answered } from './client';
import type { components } from './generated/schema';
import { sessionApi } from './session';

type Schemas = components['schemas'];

export type Team = Schemas['TeamDto'];
export type TeamMember = Schemas['TeamMemberDto'];
export type SentInvitation = Schemas['SentInvitationDto'];
export type Invitation = Schemas['InvitationDto'];

export function readTeam() {
  return answered(async (signal) => (await sessionApi()).GET('/api/dashboard/team', { signal }));
}

/** An invitation to whoever is signed in. A status of 404 means: not there, or somebody else's. */
export const readInvitation = cache((id: string) =>
  answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/invitations/{id}', { params: { path: { id } }, signal }),
  ),
);
