'use client';

import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { buttonStyle } from '@/components/ui/button';
import type { PalettePage } from './palette';

/** Fetched when it is first asked for: a page is shown without it. */
const Palette = dynamic(() => import('./palette').then((module) => module.Palette), { ssr: false });

/** Opens the palette: by this button, or by Ctrl or ⌘ and K from anywhere. */
export function PaletteButton({ pages }: { pages: PalettePage[] }) {
  const t = useTranslations('palette');
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  const [isApple, setIsApple] = useState(false);
  function show(open: boolean) {
    setIsOpen(open);
    if (open) setWasOpened(true);
  }
  useEffect(() => {
    setIsApple(/Mac|iPhone|iPad/.test(navigator.userAgent));
    function listen(event: KeyboardEvent) {
      // By the key's place: on an Arabic keyboard it writes another letter.
      if (event.code !== 'KeyK' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setIsOpen((open) => !open);
      setWasOpened(true);
    }
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
        onClick={() => show(true)}
        className={buttonStyle({ size: 'small', className: 'gap-2 text-muted noscript:hidden' })}
      >
        {t('open')}
        <kbd dir="ltr" className="font-mono text-xs max-sm:hidden">
          {isApple ? '⌘ K' : 'Ctrl K'}
        </kbd>
      </button>
      {wasOpened && <Palette pages={pages} isOpen={isOpen} onOpenChange={show} />}
    </>
  );
}
