import Link from 'next/link';

/** One choice among a few that lives in the address: what a list is narrowed to, or ordered by. */
export function ChoiceLinks({
  label,
  choices,
  keepsPlace = false,
}: {
  label: string;
  choices: { id: string; href: string; text: string; isChosen: boolean }[];
  /** What changes is below: the page stays where it was scrolled to. */
  keepsPlace?: boolean;
}) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-1 text-sm">
      {choices.map(({ id, href, text, isChosen }) => (
        <Link
          key={id}
          prefetch={false}
          scroll={!keepsPlace}
          href={href}
          aria-current={isChosen ? 'true' : undefined}
          className="rounded px-2.5 py-1 text-muted transition-colors hover:text-ink aria-[current]:bg-wash aria-[current]:font-medium aria-[current]:text-ink"
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
