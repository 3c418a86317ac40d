/** A model's id: the value of `model` in a request, left to right in every language. */
export function ModelId({ id }: { id: string }) {
  return (
    <bdi dir="ltr" className="break-words font-mono">
      {id}
    </bdi>
  );
}

/** Where the catalog stands: `/models` for anybody, `/catalog` in the console. */
export type CatalogBase = '/models' | '/catalog';

/** The page of a model. Slashes of an id stay slashes: the page's address is the rest of the path. */
export function modelHref(id: string, base: CatalogBase = '/models'): string {
  return `${base}/${id.split('/').map(encodeURIComponent).join('/')}`;
}
