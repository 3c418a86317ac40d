'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { send } from '@/lib/api/browser';
import { BackupCodes } from './backup-codes';
import { CurrentPassword } from './current-password';
import { TwoFactorSetup } from './two-factor-setup';

type Step = 'setUp' | 'newCodes' | 'turnOff';

/** A second proof at sign-in: set up, its spare codes made anew, turned off. */
export function TwoFactor({ isOn }: { isOn: boolean }) {
  const t = useTranslations('settings');
  const router = useRouter();
  const [step, setStep] = useState<Step | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  function close() {
    setStep(null);
    setCodes(null);
    router.refresh();
  }
  return (
    <div className="grid justify-items-start gap-4">
      <p className={isOn ? 'font-medium text-good' : 'text-muted'}>
        {isOn ? t('twoFactorOn') : t('twoFactorOff')}
      </p>
      <div className="flex flex-wrap gap-3">
        {!isOn && (
          <Button type="button" onClick={() => setStep('setUp')}>
            {t('steps.setUp')}
          </Button>
        )}
        {isOn && (
          <>
            <Button type="button" onClick={() => setStep('newCodes')}>
              {t('steps.newCodes')}
            </Button>
            <Button type="button" onClick={() => setStep('turnOff')}>
              {t('steps.turnOff')}
            </Button>
          </>
        )}
      </div>
      <Dialog
        isOpen={step !== null}
        onClose={close}
        isKept={codes !== null}
        title={codes ? t('codesTitle') : t(`titles.${step ?? 'setUp'}`)}
        text={codes ? t('codesText') : t(`texts.${step ?? 'setUp'}`)}
      >
        {codes && <BackupCodes codes={codes} onDone={close} />}
        {!codes && step === 'setUp' && <TwoFactorSetup onDone={setCodes} onCancel={close} />}
        {!codes && step === 'newCodes' && (
          <AskForm<{ backupCodes: string[] }>
            submit={t('steps.newCodes')}
            refusals={{ invalid_password: t('wrongPassword') }}
            ask={(typed) =>
              send('POST', '/api/auth/two-factor/generate-backup-codes', { password: typed('password') })
            }
            onDone={({ backupCodes }) => setCodes(backupCodes)}
            onCancel={close}
          >
            <CurrentPassword isFirst />
          </AskForm>
        )}
        {step === 'turnOff' && (
          <AskForm
            submit={t('steps.turnOff')}
            look="danger"
            refusals={{ invalid_password: t('wrongPassword') }}
            ask={(typed) => send('POST', '/api/auth/two-factor/disable', { password: typed('password') })}
            onDone={close}
            onCancel={close}
          >
            <CurrentPassword isFirst />
          </AskForm>
        )}
      </Dialog>
    </div>
  );
}
