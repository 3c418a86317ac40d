'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { CopyButton } from '@/components/copy-button';
import { Button } from '@/components/ui/button';

/** The one time they are seen: each signs in once, when the app is out of reach. */
export function BackupCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useTranslations('settings');
  const [isKept, setIsKept] = useState(false);
  const text = codes.join('\n');
  function download() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    link.download = 'backup-codes.txt';
    link.click();
    URL.revokeObjectURL(link.href);
  }
  return (
    <>
      <ul
        dir="ltr"
        className="grid grid-cols-2 gap-x-6 gap-y-1 rounded border-2 border-accent p-4 font-mono"
        aria-label={t('codesTitle')}
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <CopyButton text={text} label={t('copyCodes')} />
        <Button type="button" size="small" onClick={download}>
          {t('downloadCodes')}
        </Button>
      </div>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={isKept}
          onChange={(event) => setIsKept(event.target.checked)}
          className="accent-accent"
        />
        {t('codesKept')}
      </label>
      <Button type="button" look="primary" disabled={!isKept} onClick={onDone}>
        {t('done')}
      </Button>
    </>
  );
}
