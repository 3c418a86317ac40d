/** A model's id: the value of `model` in a request, left to right in every language. */
export function ModelId({ id }: { id: string }) {
  return (
    <bdi dir="ltr" className="break-words font-mono">
      {id}
    </bdi>
  );
}

/** The page of a model. Slashes of an id stay slashes: the page's address is the rest of the path. */
export function modelHref(id: string): string {
  return `/models/${id.split('/').map(encodeURIComponent).join('/')}`;
}
