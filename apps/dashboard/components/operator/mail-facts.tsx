import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { MailRecord } from '@/lib/api/mails';
import { useMailKind } from './mail-labels';
import { MailState } from './mail-state';

/** To whom, about what, and what became of it. */
export function MailFacts({ mail }: { mail: MailRecord }) {
  const t = useTranslations('mails');
  const format = useFormatter();
  const nameOf = useMailKind();
  const time = (at: string) =>
    format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
  return (
    <dl className="grid gap-x-8 gap-y-1.5 pb-6 sm:grid-cols-[auto_minmax(0,1fr)]">
      <Fact name={t('to')}>
        <bdi dir="ltr" className="break-words">
          {mail.to}
        </bdi>
      </Fact>
      <Fact name={t('kind')}>
        {nameOf(mail.kind)} · {t(`locales.${mail.locale}`)}
      </Fact>
      <Fact name={t('at')}>{time(mail.at)}</Fact>
      <Fact name={t('state')}>
        <MailState state={mail.state} />
        {mail.sentAt && <> · {time(mail.sentAt)}</>}
        {mail.attempts > 0 && <> · {t('attempts', { count: mail.attempts })}</>}
      </Fact>
      {mail.lastError && (
        <Fact name={t('lastError')}>
          <bdi dir="ltr" className="break-words font-mono text-sm">
            {mail.lastError}
          </bdi>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 max-sm:pb-1.5">{children}</dd>
    </>
  );
}
