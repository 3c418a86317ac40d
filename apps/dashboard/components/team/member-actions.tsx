'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Menu } from '@/components/ui/menu';
import { send } from '@/lib/api/browser';
import type { Role } from '@/lib/api/session';
import type { TeamMember } from '@/lib/api/team';
import type { MemberStep } from '@/lib/team-rules';
import { RoleChoice } from './role-choice';

/** Changes one member's role, takes them out, or lets oneself leave. */
export function MemberActions({
  of,
  steps,
  roles,
  accountName,
  isLastOwner,
}: {
  of: TeamMember;
  steps: MemberStep[];
  roles: Role[];
  accountName: string;
  isLastOwner: boolean;
}) {
  const t = useTranslations('team');
  const router = useRouter();
  const [step, setStep] = useState<MemberStep | null>(null);
  const close = () => setStep(null);
  const path = `/api/dashboard/team/members/${of.userId}`;
  const refusals = { conflict: t('lastOwner'), right_missing: t('ownersOnly'), not_found: t('gone') };
  const names = { name: of.name, account: accountName };
  function done() {
    close();
    router.refresh();
  }
  return (
    <>
      <Menu
        trigger={t('actions')}
        label={t('actionsOf', { name: of.name })}
        items={steps.map((name) => ({
          name,
          label: t(`steps.${name}`),
          look: name === 'role' ? 'normal' : 'danger',
          onSelect: () => setStep(name),
        }))}
      />
      <Dialog
        isOpen={step !== null}
        onClose={close}
        title={t(`titles.${step ?? 'role'}`, names)}
        text={isLastOwner ? t('lastOwner') : step && t(`texts.${step}`, names)}
      >
        {isLastOwner && (
          <div className="flex justify-end">
            <Button type="button" onClick={close}>
              {t('understood')}
            </Button>
          </div>
        )}
        {!isLastOwner && step === 'role' && (
          <AskForm
            submit={t('saveRole')}
            refusals={refusals}
            ask={(typed) => send('PATCH', path, { role: typed('role') })}
            onDone={done}
            onCancel={close}
          >
            <RoleChoice roles={roles} chosen={of.role} />
          </AskForm>
        )}
        {!isLastOwner && (step === 'remove' || step === 'leave') && (
          <AskForm
            submit={t(`steps.${step}`)}
            look="danger"
            refusals={refusals}
            ask={() => send('DELETE', path)}
            // Whoever left is in another account now, and nothing of this one may stay in the router's memory.
            onDone={step === 'leave' ? () => window.location.assign('/overview') : done}
            onCancel={close}
          />
        )}
      </Dialog>
    </>
  );
}
