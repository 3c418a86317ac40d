/** A key by what its people call it; by its id where it has left their list. The id is there for whoever needs it. */
export function KeyName({ id, names }: { id: string; names: ReadonlyMap<string, string> }) {
  const name = names.get(id);
  if (name !== undefined) {
    return (
      <bdi title={`${name}\n${id}`} className="block truncate rtl:text-right">
        {name}
      </bdi>
    );
  }
  return (
    <bdi dir="ltr" title={id} className="block truncate font-mono text-sm rtl:text-right">
      {id}
    </bdi>
  );
}
