'use client';

import { Command } from 'cmdk';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { Money } from '@/components/money';
import { send } from '@/lib/api/browser';

interface Found {
  model: string;
  credits: number;
}

/** The request with an id that was typed or pasted whole, once the API has said that there is one. */
export function RequestItem({
  requestId,
  onFound,
  onChoose,
}: {
  requestId: string;
  /** It came after the others were listed, so that it has to be made the choice of Enter. */
  onFound: (requestId: string) => void;
  onChoose: (href: string) => void;
}) {
  const t = useTranslations('palette');
  const [found, setFound] = useState<Found | 'searching' | 'none'>('searching');
  useEffect(() => {
    let isOver = false;
    setFound('searching');
    void send<Found>('GET', `/api/dashboard/requests/${requestId}`).then((answer) => {
      if (isOver) return;
      setFound(answer.ok ? answer.value : 'none');
      if (answer.ok) onFound(requestId);
    });
    return () => {
      isOver = true;
    };
  }, [requestId, onFound]);
  if (typeof found === 'string') {
    return (
      <p role="status" className="px-3 py-1.5 text-muted">
        {found === 'searching' ? t('searching') : t('noRequest')}
      </p>
    );
  }
  return (
    <Command.Item
      forceMount
      value={requestId}
      onSelect={() => onChoose(`/usage/${requestId}`)}
      className="mx-1 flex cursor-pointer items-baseline justify-between gap-4 rounded px-2 py-1.5 data-[selected=true]:bg-wash"
    >
      <bdi dir="ltr" className="truncate font-mono">
        {requestId}
      </bdi>
      <span className="shrink-0 text-muted text-sm">
        <bdi dir="ltr">{found.model}</bdi> · <Money credits={found.credits} />
      </span>
    </Command.Item>
  );
}
