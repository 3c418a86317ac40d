import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ModelRecord } from '@/components/model-record';
import { PageHeading } from '@/components/page-heading';
import { Unreachable } from '@/components/unreachable';
import { readBaseUrl, readCatalog, readModel } from '@/lib/api/public';

/** Ids contain colons and slashes, so an id is the whole rest of the path. */
interface ModelPageProps {
  params: Promise<{ id: string[] }>;
}

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  const model = await readModel((await params).id);
  return model ? { title: model.name, description: model.description } : {};
}

export default async function ModelPage({ params }: ModelPageProps) {
  const catalog = await readCatalog();
  const model = await readModel((await params).id);
  if (model) {
    return (
      <>
        <PageHeading title={model.name} lead={<bdi lang="en">{model.description}</bdi>} />
        <ModelRecord model={model} baseUrl={await readBaseUrl()} />
      </>
    );
  }
  if (catalog.ok) notFound();
  return <Unreachable answer={catalog} />;
}
