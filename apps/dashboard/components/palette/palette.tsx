'use client';

import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { modelHref } from '@/components/model-id';
import { RequestItem } from './request-item';
import { usePaletteEntries } from './use-palette-entries';

export interface PalettePage {
  href: string;
  label: string;
}

const group =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted';
const REQUEST_ID = /^req_[0-9a-f]{32}$/;

/** Finds a page, a model, a key or a request, and goes there. */
export function Palette({
  pages,
  isOpen,
  onOpenChange,
}: {
  pages: PalettePage[];
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('palette');
  const router = useRouter();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState('');
  const { models, keys } = usePaletteEntries(isOpen);
  const requestId = typed.trim().toLowerCase();
  function go(href: string) {
    setTyped('');
    onOpenChange(false);
    router.push(href);
  }
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-ink/30" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-2 top-2 z-50 mx-auto max-w-xl overflow-hidden rounded border border-line bg-raised shadow-hairline sm:top-[12dvh]"
        >
          <Dialog.Title className="sr-only">{t('title')}</Dialog.Title>
          <Command label={t('title')} loop value={chosen} onValueChange={setChosen}>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder={t('hint')}
              className="h-12 w-full border-line border-b bg-transparent px-3 text-lg outline-none placeholder:text-muted"
            />
            <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto pb-2">
              {!REQUEST_ID.test(requestId) && (
                <Command.Empty className="px-3 py-6 text-muted">{t('nothing')}</Command.Empty>
              )}
              {REQUEST_ID.test(requestId) && (
                <Command.Group heading={t('requests')} forceMount className={group}>
                  <RequestItem requestId={requestId} onFound={setChosen} onChoose={go} />
                </Command.Group>
              )}
              <Command.Group heading={t('pages')} className={group}>
                {pages.map(({ href, label }) => (
                  <Choice key={href} value={href} keywords={[label]} onChoose={() => go(href)}>
                    {label}
                  </Choice>
                ))}
              </Command.Group>
              <Command.Group heading={t('keys')} className={group}>
                {keys.map(({ id, name, display }) => (
                  <Choice
                    key={id}
                    value={id}
                    keywords={[name, display]}
                    onChoose={() => go(`/keys#${id}`)}
                    note={display}
                  >
                    <bdi className="truncate">{name}</bdi>
                  </Choice>
                ))}
              </Command.Group>
              <Command.Group heading={t('models')} className={group}>
                {models.map(({ id, name }) => (
                  <Choice
                    key={id}
                    value={`model ${id}`}
                    keywords={[name]}
                    onChoose={() => go(modelHref(id, '/catalog'))}
                    note={name}
                  >
                    <bdi dir="ltr" className="truncate font-mono">
                      {id}
                    </bdi>
                  </Choice>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choice({
  value,
  keywords,
  note,
  onChoose,
  children,
}: {
  value: string;
  keywords: string[];
  note?: string;
  onChoose: () => void;
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      keywords={keywords}
      onSelect={onChoose}
      className="mx-1 flex cursor-pointer items-baseline justify-between gap-4 rounded px-2 py-1.5 data-[selected=true]:bg-wash"
    >
      {children}
      {note && <bdi className="shrink-0 truncate text-muted text-sm max-sm:max-w-32">{note}</bdi>}
    </Command.Item>
  );
}
