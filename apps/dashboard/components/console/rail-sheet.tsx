'use client';

import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import { UnreadBadge } from '@/components/alerts/alert-count';
import { buttonStyle } from '@/components/ui/button';

/** The rail on a phone: behind a button, gone again once a page was chosen. */
export function RailSheet({ children }: { children: ReactNode }) {
  const t = useTranslations('console');
  const pathname = usePathname();
  const [isOpen, setIsOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the page's change that closes the sheet.
  useEffect(() => setIsOpen(false), [pathname]);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <Dialog.Trigger className={buttonStyle({ size: 'small', className: 'gap-1.5' })}>
        {t('menu')}
        <UnreadBadge />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-ink/30" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 start-0 z-40 w-64 border-line border-e bg-surface"
        >
          <Dialog.Title className="sr-only">{t('rail')}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
