import type { ReactNode } from 'react';

/**
 * What a button opens beside itself, by the browser alone: Escape and a click elsewhere close it, it stands before
 * everything else, and it needs no script. The button names it by `popoverTarget`.
 */
export function Panel({
  id,
  label,
  className,
  children,
}: {
  id: string;
  label: string;
  className: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is part of a form, and this is none.
    <div
      id={id}
      popover="auto"
      role="group"
      aria-label={label}
      className={`beside rounded border border-line bg-raised text-ink shadow-hairline ${className}`}
    >
      {children}
    </div>
  );
}
