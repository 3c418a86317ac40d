'use client';

import { Dialog as Parts } from 'radix-ui';
import type { ReactNode } from 'react';
import { useReturnFocus } from './return-focus';

/** One question or one form over the page. Escape leaves it, unless leaving would lose something. */
export function Dialog({
  title,
  text,
  isOpen,
  onClose,
  isKept = false,
  children,
}: {
  title: string;
  text?: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  /** Stays until its own button is pressed. */
  isKept?: boolean;
  children: ReactNode;
}) {
  const focus = useReturnFocus(isOpen);
  const keep = (event: Event) => isKept && event.preventDefault();
  return (
    <Parts.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-ink/30" />
        <Parts.Content
          {...focus}
          onEscapeKeyDown={keep}
          onInteractOutside={keep}
          {...(text ? {} : { 'aria-describedby': undefined })}
          className="fixed inset-x-0 bottom-0 z-50 mx-auto grid max-h-[92dvh] w-full max-w-xl grid-cols-[minmax(0,1fr)] gap-4 overflow-y-auto rounded border border-line bg-raised p-5 shadow-hairline sm:top-[8dvh] sm:bottom-auto"
        >
          <div>
            <Parts.Title className="font-semibold text-lg">{title}</Parts.Title>
            {text && <Parts.Description className="mt-1 text-muted">{text}</Parts.Description>}
          </div>
          {children}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
