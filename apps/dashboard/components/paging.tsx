import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonStyle } from './ui/button';

/** From page to page of a list that is read by cursor, newest first; nothing where all of it is there. */
export function Paging({
  label,
  cursor,
  next,
  hrefOf,
}: {
  label: string;
  /** Of the page that is shown; empty for the first. */
  cursor: string;
  next: string | null;
  hrefOf: (cursor: string) => string;
}) {
  const t = useTranslations('paging');
  if (next === null && cursor === '') return null;
  return (
    <nav aria-label={label} className="mt-3 flex gap-2">
      {cursor !== '' && (
        <Link prefetch={false} href={hrefOf('')} className={buttonStyle({ size: 'small' })}>
          {t('newest')}
        </Link>
      )}
      {next !== null && (
        <Link prefetch={false} href={hrefOf(next)} className={buttonStyle({ size: 'small' })}>
          {t('older')}
        </Link>
      )}
    </nav>
  );
}
