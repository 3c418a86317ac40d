import { useTranslations } from 'next-intl';

const SECTIONS = [
  'address',
  'endpoints',
  'chat',
  'streaming',
  'others',
  'programs',
  'headers',
  'limits',
  'errors',
] as const;

/** The way to each section of a long page. */
export function Contents() {
  const t = useTranslations('apiDocs');
  return (
    <nav aria-label={t('contents')} className="flex flex-wrap gap-x-5 gap-y-1 pb-8">
      {SECTIONS.map((section) => (
        <a key={section} href={`#${section}`} className="text-accent underline underline-offset-4">
          {t(`${section}.title`)}
        </a>
      ))}
    </nav>
  );
}
