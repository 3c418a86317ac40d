import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { MailBody } from '@/components/operator/mail-body';
import { MailFacts } from '@/components/operator/mail-facts';
import { RetryMail } from '@/components/operator/retry-mail';
import { buttonStyle } from '@/components/ui/button';
import { Unreachable } from '@/components/unreachable';
import { readMail } from '@/lib/api/mails';

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const mail = await readMail(decodeURIComponent((await params).id));
  return { title: mail.ok ? mail.value.subject : (await getTranslations('mails'))('title') };
}

export default async function MailPage({ params }: Props) {
  const t = await getTranslations('mails');
  const mail = await readMail(decodeURIComponent((await params).id));
  if (!mail.ok && mail.status === 404) notFound();
  if (!mail.ok) {
    return (
      <ConsolePage title={t('title')}>
        <Unreachable answer={mail} />
      </ConsolePage>
    );
  }
  const { id, state, subject, withheld } = mail.value;
  return (
    <ConsolePage
      title={subject}
      action={
        <div className="flex flex-wrap items-start gap-2">
          <Link href="/operator/mails" prefetch={false} className={buttonStyle()}>
            {t('back')}
          </Link>
          {state === 'failed' && withheld !== 'erased' && <RetryMail mailId={id} />}
        </div>
      }
    >
      <MailFacts mail={mail.value} />
      <MailBody mail={mail.value} />
    </ConsolePage>
  );
}
