import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { ModelRecord } from '@/components/model-record';
import { buttonStyle } from '@/components/ui/button';
import { Unreachable } from '@/components/unreachable';
import { readBaseUrl, readCatalog, readModel } from '@/lib/api/public';

/** Ids contain colons and slashes, so an id is the whole rest of the path. */
interface Props {
  params: Promise<{ id: string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const model = await readModel((await params).id);
  return model ? { title: model.name } : {};
}

export default async function CatalogModelPage({ params }: Props) {
  const t = await getTranslations('catalog');
  const catalog = await readCatalog();
  const model = await readModel((await params).id);
  if (!catalog.ok) return <Unreachable answer={catalog} />;
  if (!model) notFound();
  return (
    <ConsolePage
      title={model.name}
      action={
        <div className="flex flex-wrap gap-2">
          <Link href="/catalog" prefetch={false} className={buttonStyle()}>
            {t('all')}
          </Link>
          {model.category !== 'embedding' && (
            <Link
              href={`/playground?model=${encodeURIComponent(model.id)}`}
              prefetch={false}
              className={buttonStyle({ look: 'primary' })}
            >
              {t('try')}
            </Link>
          )}
        </div>
      }
    >
      {model.description && (
        <p lang="en" dir="ltr" className="max-w-prose pb-6 text-muted rtl:text-right">
          {model.description}
        </p>
      )}
      <ModelRecord model={model} baseUrl={await readBaseUrl()} />
    </ConsolePage>
  );
}
