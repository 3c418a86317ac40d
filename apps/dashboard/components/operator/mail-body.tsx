import { useTranslations } from 'next-intl';
import { CopyButton } from '@/components/copy-button';
import type { MailRecord } from '@/lib/api/mails';

/**
 * Before all else in the frame: nothing is loaded and nothing runs, and a link opens a page of its own. The frame has
 * no origin, so that even a mail that got past its own escaping could read nothing of ours.
 */
const FRAME_HEAD =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'"><base target="_blank">';

/** A mail as its addressee sees it, and its plain text. */
export function MailBody({ mail }: { mail: MailRecord }) {
  const t = useTranslations('mails');
  if (mail.html === null || mail.text === null) {
    return (
      <p className="max-w-prose rounded border border-line bg-surface p-4 text-muted">
        {t(mail.withheld === 'secret' ? 'withheldSecret' : 'withheldErased')}
      </p>
    );
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6 xl:grid-cols-2">
      <section aria-labelledby="mail-html">
        <h2 id="mail-html" className="flex h-8 items-center pb-1 font-semibold text-lg">
          {t('asSeen')}
        </h2>
        <iframe
          title={t('asSeen')}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerPolicy="no-referrer"
          srcDoc={mail.html.replace('<head>', `<head>${FRAME_HEAD}`)}
          className="h-128 w-full rounded border border-line bg-white"
        />
      </section>
      <section aria-labelledby="mail-text">
        <div className="flex h-8 items-center justify-between pb-1">
          <h2 id="mail-text" className="font-semibold text-lg">
            {t('asText')}
          </h2>
          <CopyButton text={mail.text} />
        </div>
        <pre
          dir="auto"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          className="max-h-128 overflow-y-auto whitespace-pre-wrap break-words rounded border border-line bg-surface p-4 font-mono text-sm [overflow-wrap:anywhere]"
        >
          {mail.text}
        </pre>
      </section>
    </div>
  );
}
