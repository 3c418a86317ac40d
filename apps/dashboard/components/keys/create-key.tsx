'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { ShownKeyView } from '@/lib/api/keys';
import { KeyForm } from './key-form';
import { ShownKey } from './shown-key';

export function CreateKey({ models, baseUrl }: { models: string[]; baseUrl: string }) {
  const t = useTranslations('keys');
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [shown, setShown] = useState<ShownKeyView | null>(null);
  function close() {
    setIsOpen(false);
    setShown(null);
    router.refresh();
  }
  return (
    <>
      <Button type="button" look="primary" onClick={() => setIsOpen(true)}>
        {t('create')}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        isKept={shown !== null}
        title={shown ? t('shownTitle') : t('create')}
        text={shown ? t('shownText') : undefined}
      >
        {shown ? (
          <ShownKey shown={shown} baseUrl={baseUrl} onDone={close} />
        ) : (
          <KeyForm<ShownKeyView> models={models} onDone={setShown} onCancel={close} />
        )}
      </Dialog>
    </>
  );
}
