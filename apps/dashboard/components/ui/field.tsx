import type { ComponentProps, ReactNode } from 'react';

const control =
  'h-9 w-full rounded border border-edge bg-surface px-2.5 text-ink placeholder:text-muted disabled:border-line disabled:text-muted';

/** A label and the one control it names. */
export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="grid min-w-0 gap-1">
      <span className="text-muted text-sm">{label}</span>
      {children}
    </label>
  );
}

export function Input(props: ComponentProps<'input'>) {
  return <input className={control} {...props} />;
}

export function Select(props: ComponentProps<'select'>) {
  return <select className={`${control} pe-8`} {...props} />;
}
