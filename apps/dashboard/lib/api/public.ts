import { cache } from 'react';
import { type Answer, answered, api } from './client';
import type { paths } from './generated/schema';

type Body<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Json } } } };
}
  ? Json
  : never;

export type Catalog = Body<'/api/dashboard/public/models'>;
export type Model = Catalog['data'][number];
export type Tier = Catalog['tiers'][number];
export type Service = Body<'/api/dashboard/public/service'>;

/** The catalog, asked for once a page however many parts of the page want it. */
export const readCatalog = cache(
  (): Promise<Answer<Catalog>> => answered((signal) => api().GET('/api/dashboard/public/models', { signal })),
);

/** A model by the parts of its page's path; undefined while the API is away, or when there is none. */
export async function readModel(path: string[]): Promise<Model | undefined> {
  const catalog = await readCatalog();
  const wanted = path.map(decodeURIComponent).join('/');
  return catalog.ok ? catalog.value.data.find((model) => model.id === wanted) : undefined;
}

/** The service's name, address and mode, asked for once a page. */
export const readService = cache(
  (): Promise<Answer<Service>> =>
    answered((signal) => api().GET('/api/dashboard/public/service', { signal })),
);

/** The service's name; while the API is away, the name it has unless its host chose another. */
export async function readBrandName(): Promise<string> {
  const service = await readService();
  return service.ok ? service.value.brandName : 'LLM Resayil';
}

/** The address an SDK is given; while the API is away, the one it has unless its host chose another. */
export async function readBaseUrl(): Promise<string> {
  const service = await readService();
  return `${service.ok ? service.value.publicUrl : 'http://localhost:3000'}/v1`;
}
