'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from './ui/button';

/** Copies a text. Hidden without script; a page that is not a secure context has no clipboard to write to. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useTranslations('quickStart');
  const [isCopied, setIsCopied] = useState(false);
  async function copy() {
    await navigator.clipboard?.writeText(text);
    setIsCopied('clipboard' in navigator);
  }
  return (
    <Button
      type="button"
      size="small"
      className="noscript:hidden"
      onClick={copy}
      onBlur={() => setIsCopied(false)}
    >
      <span aria-live="polite">{isCopied ? t('copied') : (label ?? t('copy'))}</span>
    </Button>
  );
}
