'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import type { Role } from '@/lib/api/session';
import { RoleChoice } from './role-choice';

export function InviteMember({ roles }: { roles: Role[] }) {
  const t = useTranslations('team');
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <>
      <Button type="button" look="primary" onClick={() => setIsOpen(true)}>
        {t('invite')}
      </Button>
      <Dialog isOpen={isOpen} onClose={close} title={t('inviteTitle')} text={t('inviteText')}>
        <AskForm
          submit={t('sendInvitation')}
          refusals={{ conflict: t('alreadyMember'), limit_reached: t('tooManyInvitations') }}
          ask={(typed) =>
            send('POST', '/api/dashboard/team/invitations', { email: typed('email'), role: typed('role') })
          }
          onDone={() => {
            close();
            router.refresh();
          }}
          onCancel={close}
        >
          <Field label={t('email')}>
            <Input
              name="email"
              type="email"
              dir="ltr"
              maxLength={254}
              autoComplete="off"
              required
              autoFocus
            />
          </Field>
          <RoleChoice roles={roles} chosen="developer" />
        </AskForm>
      </Dialog>
    </>
  );
}
