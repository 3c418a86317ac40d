'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { buttonStyle } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Panel } from '@/components/ui/panel';
import type { KeyView, ShownKeyView } from '@/lib/api/keys';
import { KeyForm } from './key-form';
import { RevokeKey } from './revoke-key';
import { RotateKey } from './rotate-key';
import { ShownKey } from './shown-key';

const STEPS = ['edit', 'rotate', 'revoke'] as const;

/** What can be done with one key. */
export function KeyActions({ of, models, baseUrl }: { of: KeyView; models: string[]; baseUrl: string }) {
  const t = useTranslations('keys');
  const router = useRouter();
  const panel = useId();
  const [step, setStep] = useState<(typeof STEPS)[number] | null>(null);
  const [shown, setShown] = useState<ShownKeyView | null>(null);
  function close() {
    setStep(null);
    setShown(null);
    router.refresh();
  }
  return (
    <>
      <button
        type="button"
        popoverTarget={panel}
        aria-label={t('actionsOf', { name: of.name })}
        className={buttonStyle({ size: 'small' })}
      >
        {t('actions')}
      </button>
      <Panel id={panel} label={t('actionsOf', { name: of.name })} className="min-w-36 p-1">
        {STEPS.map((name) => (
          <button
            key={name}
            type="button"
            popoverTarget={panel}
            popoverTargetAction="hide"
            onClick={() => setStep(name)}
            className={`block w-full cursor-pointer rounded px-2 py-1.5 text-start hover:bg-wash ${name === 'revoke' ? 'text-danger' : ''}`}
          >
            {t(`steps.${name}`)}
          </button>
        ))}
      </Panel>
      <Dialog
        isOpen={step !== null}
        onClose={close}
        isKept={shown !== null}
        title={shown ? t('shownTitle') : t(`titles.${step ?? 'edit'}`, { name: of.name })}
        text={shown ? t('shownText') : step && t(`texts.${step}`)}
      >
        {shown && <ShownKey shown={shown} baseUrl={baseUrl} onDone={close} />}
        {!shown && step === 'edit' && <KeyForm of={of} models={models} onDone={close} onCancel={close} />}
        {!shown && step === 'rotate' && <RotateKey of={of} onDone={setShown} onCancel={close} />}
        {!shown && step === 'revoke' && <RevokeKey of={of} onClose={close} />}
      </Dialog>
    </>
  );
}
