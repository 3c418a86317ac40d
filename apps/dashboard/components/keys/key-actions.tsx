'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { buttonStyle } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
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
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          aria-label={t('actionsOf', { name: of.name })}
          className={buttonStyle({ size: 'small' })}
        >
          {t('actions')}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            className="z-30 min-w-36 rounded border border-line bg-raised p-1 shadow-hairline"
          >
            {STEPS.map((name) => (
              <DropdownMenu.Item
                key={name}
                onSelect={() => setStep(name)}
                className={`cursor-pointer rounded px-2 py-1.5 outline-none data-highlighted:bg-wash ${name === 'revoke' ? 'text-danger' : ''}`}
              >
                {t(`steps.${name}`)}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
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
