import { useTranslations } from 'next-intl';

/** What a kind of mail is called; one that is newer than this page keeps its own name. */
export function useMailKind(): (kind: string) => string {
  const t = useTranslations('mails');
  return (kind) => {
    const key = `kinds.${kind}` as 'kinds.verification';
    return t.has(key) ? t(key) : kind;
  };
}
