import { useRef } from 'react';

/**
 * For what opens over the page without a trigger of its own: closing it gives the focus back to where it was. That
 * is looked up while it is about to open, since a field of it may take the focus as soon as it is there.
 */
export function useReturnFocus(isOpen: boolean) {
  const opener = useRef<Element | null>(null);
  const wasOpen = useRef(false);
  if (isOpen && !wasOpen.current && typeof document !== 'undefined') opener.current = focused();
  wasOpen.current = isOpen;
  return {
    onCloseAutoFocus(event: Event) {
      event.preventDefault();
      if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true });
    },
  };
}

/** A menu that closes cannot take the focus back, so there it is the menu's button. */
function focused(): Element | null {
  const menu = document.activeElement?.closest('[popover]');
  return menu ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`) : document.activeElement;
}
