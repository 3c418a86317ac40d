'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { Menu } from '@/components/ui/menu';
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
  const [step, setStep] = useState<(typeof STEPS)[number] | null>(null);
  const [shown, setShown] = useState<ShownKeyView | null>(null);
  function close() {
    setStep(null);
    setShown(null);
    router.refresh();
  }
  return (
    <>
      <Menu
        trigger={t('actions')}
        label={t('actionsOf', { name: of.name })}
        items={STEPS.map((name) => ({
          name,
          label: t(`steps.${name}`),
          look: name === 'revoke' ? 'danger' : 'normal',
          onSelect: () => setStep(name),
        }))}
      />
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
