'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { CopyButton } from '@/components/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Input } from '@/components/ui/field';
import { Menu } from '@/components/ui/menu';
import { send } from '@/lib/api/browser';
import type { SentInvitation } from '@/lib/api/team';

type Step = 'link' | 'again' | 'withdraw';

/** Hands an open invitation's link over or takes it back; sends one again that came to nothing. */
export function InvitationActions({ of, link }: { of: SentInvitation; link: string | null }) {
  const t = useTranslations('team');
  const router = useRouter();
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  const steps: Step[] =
    of.state === 'open' ? [...(link ? ['link' as const] : []), 'again', 'withdraw'] : ['again'];
  function done() {
    close();
    router.refresh();
  }
  return (
    <>
      <Menu
        trigger={t('actions')}
        label={t('actionsOf', { name: of.email })}
        items={steps.map((name) => ({
          name,
          label: t(`steps.${name}`),
          look: name === 'withdraw' ? 'danger' : 'normal',
          onSelect: () => setStep(name),
        }))}
      />
      <Dialog
        isOpen={step !== null}
        onClose={close}
        title={t(`titles.${step ?? 'link'}`, { name: of.email })}
        text={step && t(`texts.${step}`, { name: of.email })}
      >
        {step === 'link' && link && (
          <div className="flex items-center gap-3">
            <Input dir="ltr" readOnly value={link} aria-label={t('steps.link')} />
            <CopyButton text={link} />
          </div>
        )}
        {step === 'again' && (
          <AskForm
            submit={t('sendInvitation')}
            refusals={{ conflict: t('alreadyMember'), limit_reached: t('tooManyInvitations') }}
            ask={() => send('POST', '/api/dashboard/team/invitations', { email: of.email, role: of.role })}
            onDone={done}
            onCancel={close}
          />
        )}
        {step === 'withdraw' && (
          <AskForm
            submit={t('steps.withdraw')}
            look="danger"
            refusals={{ not_found: t('answered') }}
            ask={() => send('DELETE', `/api/dashboard/team/invitations/${of.id}`)}
            onDone={done}
            onCancel={close}
          />
        )}
      </Dialog>
    </>
  );
}
