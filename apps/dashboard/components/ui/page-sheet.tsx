'use client';

import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonStyle } from './button';
import { useReturnFocus } from './return-focus';

/** A page opened over another, at the end side. It has an address: closing it goes back to the one before. */
export function PageSheet({ title, close, children }: { title: string; close: string; children: ReactNode }) {
  const router = useRouter();
  const focus = useReturnFocus(true);
  return (
    <Dialog.Root open onOpenChange={() => router.back()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-ink/30" />
        <Dialog.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed inset-y-0 end-0 z-50 grid w-full max-w-xl animate-[appear_140ms_ease-out] grid-cols-[minmax(0,1fr)] content-start gap-5 overflow-y-auto border-line border-s bg-ground p-4 sm:p-6"
        >
          <div className="flex items-center justify-between gap-4">
            <Dialog.Title className="font-semibold text-xl tracking-tight">{title}</Dialog.Title>
            <Dialog.Close className={buttonStyle({ size: 'small' })}>{close}</Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
