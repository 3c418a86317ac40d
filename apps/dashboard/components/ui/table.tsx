import type { ReactNode } from 'react';

interface CellProps {
  children?: ReactNode;
  className?: string;
  /** Figures stand at the end, and so does the heading above them. */
  kind?: 'text' | 'figure';
}

const cell = 'border-line border-b px-3 py-2 first:ps-0 last:pe-0';
const align = { text: 'text-start', figure: 'text-end tabular-nums' };

export function Th({ children, className = '', kind = 'text' }: CellProps) {
  return (
    <th
      scope="col"
      className={`sticky top-0 z-10 whitespace-nowrap bg-ground font-medium text-muted text-sm ${cell} ${align[kind]} ${className}`}
    >
      {children}
    </th>
  );
}

export function Td({ children, className = '', kind = 'text' }: CellProps) {
  return <td className={`${cell} ${align[kind]} ${className}`}>{children}</td>;
}

/** The cell that names its row. */
export function RowTh({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <th scope="row" className={`font-normal ${cell} ${align.text} ${className}`}>
      {children}
    </th>
  );
}

interface Fact {
  key: string;
  name: ReactNode;
  note?: ReactNode;
  value: ReactNode;
}

/** Two columns: what, and what follows from it. */
export function FactTable({
  label,
  head,
  facts,
  narrow = 'name',
}: {
  label: string;
  head: [string, string];
  facts: Fact[];
  /** The column that takes no more than it needs. */
  narrow?: 'name' | 'value';
}) {
  const small = 'w-2/5 sm:w-52';
  return (
    <table className="w-full table-fixed border-collapse" aria-label={label}>
      <thead>
        <tr>
          <Th className={narrow === 'name' ? small : ''}>{head[0]}</Th>
          <Th className={narrow === 'value' ? small : ''}>{head[1]}</Th>
        </tr>
      </thead>
      <tbody>
        {facts.map(({ key, name, note, value }) => (
          <tr key={key} className="align-top">
            <RowTh>
              {name}
              {note && <span className="block text-muted text-sm">{note}</span>}
            </RowTh>
            <Td>{value}</Td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
