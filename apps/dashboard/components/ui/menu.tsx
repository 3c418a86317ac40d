import { useId } from 'react';
import { buttonStyle } from './button';
import { Panel } from './panel';

interface Item {
  name: string;
  label: string;
  look?: 'normal' | 'danger';
  onSelect: () => void;
}

/** What can be done with one row of a table. */
export function Menu({ trigger, label, items }: { trigger: string; label: string; items: Item[] }) {
  const panel = useId();
  return (
    <>
      <button
        type="button"
        popoverTarget={panel}
        aria-label={label}
        className={buttonStyle({ size: 'small' })}
      >
        {trigger}
      </button>
      <Panel id={panel} label={label} className="min-w-36 p-1">
        {items.map(({ name, label: text, look, onSelect }) => (
          <button
            key={name}
            type="button"
            popoverTarget={panel}
            popoverTargetAction="hide"
            onClick={onSelect}
            className={`block w-full cursor-pointer rounded px-2 py-1.5 text-start hover:bg-wash ${look === 'danger' ? 'text-danger' : ''}`}
          >
            {text}
          </button>
        ))}
      </Panel>
    </>
  );
}
