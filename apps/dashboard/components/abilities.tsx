import type { Model } from '@/lib/api/public';
import { useCatalogLabels } from './labels';

/** What a model can do besides answering in words. */
export function Abilities({ of }: { of: Model }) {
  const labels = useCatalogLabels();
  return (
    <span className="inline-flex flex-wrap gap-1">
      {of.capabilities.map((ability) => (
        <span key={ability} className="rounded border border-line px-1.5 text-muted text-xs leading-5">
          {labels.ability(ability)}
        </span>
      ))}
    </span>
  );
}
