'use client';

import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { CopyButton } from '@/components/copy-button';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { CurrentPassword } from './current-password';

/** Drawn by a library that only this step needs: the page is shown without it. */
const QrCode = dynamic(() => import('./qr-code').then((module) => module.QrCode), { ssr: false });

interface Started {
  totpURI: string;
  backupCodes: string[];
}

/** The password, then the app: it is on only once the app has shown a right code. */
export function TwoFactorSetup({
  onDone,
  onCancel,
}: {
  onDone: (backupCodes: string[]) => void;
  onCancel: () => void;
}) {
  const t = useTranslations('settings');
  const [started, setStarted] = useState<Started | null>(null);
  if (!started) {
    return (
      <AskForm<Started>
        submit={t('next')}
        refusals={{ invalid_password: t('wrongPassword') }}
        ask={(typed) => send('POST', '/api/auth/two-factor/enable', { password: typed('password') })}
        onDone={setStarted}
        onCancel={onCancel}
      >
        <CurrentPassword isFirst />
      </AskForm>
    );
  }
  const secret = new URL(started.totpURI).searchParams.get('secret') ?? '';
  return (
    <AskForm
      key="code"
      submit={t('turnOn')}
      ask={(typed) =>
        send('POST', '/api/auth/two-factor/verify-totp', { code: typed('code').replaceAll(' ', '') })
      }
      onDone={() => onDone(started.backupCodes)}
      onCancel={onCancel}
    >
      <div className="flex flex-wrap items-start gap-5">
        <QrCode text={started.totpURI} label={t('qr')} />
        <div className="min-w-0 flex-1 basis-48">
          <p className="text-muted text-sm">{t('orType')}</p>
          <p dir="ltr" className="my-2 break-all rounded border border-line bg-surface p-2 font-mono text-sm">
            {secret}
          </p>
          <CopyButton text={secret} label={t('copySecret')} />
        </div>
      </div>
      <Field label={t('code')}>
        <Input
          name="code"
          dir="ltr"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]{3} ?[0-9]{3}"
          title={t('codeForm')}
          required
          autoFocus
        />
      </Field>
    </AskForm>
  );
}
