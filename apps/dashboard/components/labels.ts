import { useTranslations } from 'next-intl';

/** The names of kinds and capabilities. One that a host added and no language knows keeps its own id. */
export function useCatalogLabels() {
  const t = useTranslations('catalog');
  return {
    category: (id: string) => known(t, `categories.${id}`, id),
    ability: (id: string) => known(t, `abilities.${id}`, id),
  };
}

function known(t: ReturnType<typeof useTranslations<'catalog'>>, key: string, otherwise: string): string {
  const typed = key as 'categories.chat';
  return t.has(typed) ? t(typed) : otherwise;
}
