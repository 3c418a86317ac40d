import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';

export const buttonStyle = cva(
  'inline-flex cursor-pointer items-center justify-center whitespace-nowrap rounded font-medium transition-colors disabled:cursor-default disabled:opacity-60',
  {
    variants: {
      look: {
        primary: 'bg-accent text-surface hover:bg-accent/90',
        quiet: 'border border-edge bg-surface text-ink hover:border-ink',
        danger: 'bg-danger text-surface hover:bg-danger/90',
      },
      size: { normal: 'h-9 px-4', small: 'h-7 px-2.5 text-xs' },
    },
    defaultVariants: { look: 'quiet', size: 'normal' },
  },
);

export function Button({
  look,
  size,
  className,
  ...rest
}: ComponentProps<'button'> & VariantProps<typeof buttonStyle>) {
  return <button className={buttonStyle({ look, size, className })} {...rest} />;
}
