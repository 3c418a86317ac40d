import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { AnswerInvitation } from '@/components/invitation/answer-invitation';
import { InvitationFacts } from '@/components/invitation/invitation-facts';
import { OtherAddress } from '@/components/invitation/other-address';
import { OverInvitation } from '@/components/invitation/over-invitation';
import { SignInFirst } from '@/components/invitation/sign-in-first';
import { Unreachable } from '@/components/unreachable';
import { readMe } from '@/lib/api/session';
import { readInvitation } from '@/lib/api/team';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('invitation'))('title') };
}

/** Where the link of an invitation's mail leads, whoever follows it and whenever. */
export default async function InvitationPage({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations('invitation');
  const id = decodeURIComponent((await params).id);
  const me = await readMe();
  if (!me.ok && me.status === 401) {
    return (
      <AuthPage title={t('title')} lead={t('signInFirst')}>
        <SignInFirst next={`/invitation/${encodeURIComponent(id)}`} />
      </AuthPage>
    );
  }
  const invitation = await readInvitation(id);
  if (me.ok && !invitation.ok && (invitation.status === 404 || invitation.status === 400)) {
    return <OtherAddress email={me.value.user.email} id={id} />;
  }
  if (!me.ok || !invitation.ok) {
    return (
      <AuthPage title={t('title')}>
        <Unreachable answer={me.ok ? { ok: false, status: null, requestId: null } : me} />
      </AuthPage>
    );
  }
  if (invitation.value.state !== 'open') return <OverInvitation invitation={invitation.value} />;
  const name = (text: string) => () => <bdi className="wrap-anywhere font-medium text-ink">{text}</bdi>;
  const { inviterName, accountName } = invitation.value;
  return (
    <AuthPage
      title={t('title')}
      lead={t.rich('invites', { inviter: name(inviterName), account: name(accountName) })}
    >
      <InvitationFacts invitation={invitation.value} />
      <AnswerInvitation id={id} />
    </AuthPage>
  );
}
