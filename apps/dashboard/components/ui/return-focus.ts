import { useRef } from 'react';

/**
 * For what opens over the page without a trigger of its own: closing it gives the focus back to where it was. A
 * menu that has closed meanwhile cannot take it, so there it is the menu's button.
 */
export function useReturnFocus() {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus() {
      const menu = document.activeElement?.closest('[popover]');
      opener.current = menu
        ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)
        : document.activeElement;
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault();
      if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true });
    },
  };
}
