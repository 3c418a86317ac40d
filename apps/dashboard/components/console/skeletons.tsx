import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ConsolePage } from './console-page';

const bar = 'rounded bg-line';
const WIDTHS = ['w-3/4', 'w-2/3', 'w-5/6', 'w-3/5', 'w-4/5', 'w-1/2'];

/** A page before its data has come: its title is right already, its parts are their shapes. */
export function LoadingPage({
  title,
  action = 'without',
  children,
}: {
  title: string;
  action?: 'with' | 'without';
  children: ReactNode;
}) {
  const t = useTranslations('shell');
  return (
    <ConsolePage title={title} action={action === 'with' && <div className={`h-9 w-28 ${bar}`} />}>
      <div role="status" className="grid animate-[appear_140ms_ease-out_120ms_backwards] gap-6">
        <span className="sr-only">{t('loading')}</span>
        {children}
      </div>
    </ConsolePage>
  );
}

export function FigureShapes({ count = 3 }: { count?: number }) {
  return (
    <div className="grid gap-px overflow-hidden rounded border border-line bg-line sm:grid-cols-[repeat(auto-fit,minmax(11rem,1fr))]">
      {shapes(count, (key) => (
        <div key={key} className="grid gap-2 bg-surface px-4 py-3">
          <div className={`h-3 w-24 ${bar}`} />
          <div className={`h-5 w-32 ${bar}`} />
        </div>
      ))}
    </div>
  );
}

export function ChartShape() {
  return <div className="h-72 rounded border border-line bg-surface" />;
}

/** Rows of a table; `tall` ones have two lines. */
export function RowShapes({ rows, height = 'plain' }: { rows: number; height?: 'plain' | 'tall' }) {
  return (
    <div className="border-line border-t">
      {shapes(rows, (row) => (
        <div
          key={row}
          className={`flex items-center justify-between gap-6 border-line border-b ${height === 'tall' ? 'h-15' : 'h-10'}`}
        >
          <div className="grid w-1/2 gap-2">
            <div className={`h-3 ${bar} ${WIDTHS[row % WIDTHS.length]}`} />
            {height === 'tall' && <div className={`h-2.5 w-2/5 ${bar}`} />}
          </div>
          <div className={`h-3 w-16 ${bar}`} />
        </div>
      ))}
    </div>
  );
}

/** A heading at the start side and its fields beside it, as Settings has them. */
export function FormShapes({ count }: { count: number }) {
  return (
    <div>
      {shapes(count, (key) => (
        <div
          key={key}
          className="grid gap-x-10 gap-y-4 border-line border-t py-7 lg:grid-cols-[16rem_minmax(0,34rem)]"
        >
          <div className="grid content-start gap-2">
            <div className={`h-4 w-32 ${bar}`} />
            <div className={`h-3 w-48 ${bar}`} />
          </div>
          <div className="grid gap-4">
            <div className={`h-9 ${bar}`} />
            <div className={`h-9 ${bar}`} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** A receipt's lines. */
export function ReceiptShape() {
  return (
    <div className="grid max-w-lg gap-3 rounded border border-line bg-surface px-5 py-5">
      {shapes(10, (row) => (
        <div key={row} className="flex justify-between gap-6">
          <div className={`h-3 w-28 ${bar}`} />
          <div className={`h-3 w-20 ${bar}`} />
        </div>
      ))}
    </div>
  );
}

function shapes(count: number, shape: (at: number) => ReactNode): ReactNode[] {
  return Array.from({ length: count }, (_, at) => shape(at));
}
