import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { Paging } from '@/components/paging';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { MailLine, Mails } from '@/lib/api/mails';
import { type MailFilter, mailsHref } from '@/lib/mail-filter';
import { useMailKind } from './mail-labels';
import { MailState } from './mail-state';

/** The mail log, newest first. A row opens the mail; on a phone it is two lines. */
export function MailTable({ mails, filter }: { mails: Mails; filter: MailFilter }) {
  const t = useTranslations('mails');
  if (mails.data.length === 0) {
    const isNarrowed = filter.to || filter.kind || filter.state || filter.cursor;
    return <p className="max-w-prose text-muted">{isNarrowed ? t('empty') : t('none')}</p>;
  }
  return (
    <>
      <table className="w-full table-fixed border-collapse">
        <thead className="max-sm:sr-only">
          <tr>
            <Th className="w-36">{t('at')}</Th>
            <Th>{t('to')}</Th>
            <Th className="max-lg:hidden">{t('subject')}</Th>
            <Th className="w-48 max-md:hidden">{t('kind')}</Th>
            <Th className="w-28">{t('state')}</Th>
          </tr>
        </thead>
        <tbody>
          {mails.data.map((mail) => (
            <MailRow key={mail.id} mail={mail} />
          ))}
        </tbody>
      </table>
      <Paging
        label={t('pages')}
        cursor={filter.cursor}
        next={mails.next}
        hrefOf={(cursor) => mailsHref({ ...filter, cursor })}
      />
    </>
  );
}

function MailRow({ mail }: { mail: MailLine }) {
  const format = useFormatter();
  const nameOf = useMailKind();
  return (
    <tr className="relative max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-4 max-sm:border-line max-sm:border-b max-sm:py-2 max-sm:[&>*]:border-0 max-sm:[&>*]:p-0 hover:bg-wash">
      <RowTh className="whitespace-nowrap tabular-nums max-sm:order-3 max-sm:text-muted max-sm:text-sm">
        {format.dateTime(new Date(mail.at), {
          day: 'numeric',
          month: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        })}
      </RowTh>
      <Td className="max-sm:min-w-0">
        <Link
          href={`/operator/mails/${encodeURIComponent(mail.id)}`}
          prefetch={false}
          className="after:absolute after:inset-0"
        >
          <bdi dir="ltr" title={mail.to} className="block truncate rtl:text-right">
            {mail.to}
          </bdi>
        </Link>
      </Td>
      <Td className="max-lg:hidden">
        <bdi title={mail.subject} className="block truncate text-muted">
          {mail.subject}
        </bdi>
      </Td>
      <Td className="max-md:hidden">
        <span className="block truncate">{nameOf(mail.kind)}</span>
      </Td>
      <Td className="max-sm:text-end">
        <MailState state={mail.state} />
      </Td>
    </tr>
  );
}
