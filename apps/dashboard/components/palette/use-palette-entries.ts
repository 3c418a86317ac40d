import { useEffect, useState } from 'react';
import { send } from '@/lib/api/browser';

interface ModelEntry {
  id: string;
  name: string;
}

interface KeyEntry {
  id: string;
  name: string;
  display: string;
  revokedAt: string | null;
}

/** Models and keys, asked for each time the palette opens. Keys are left out for whoever may not see them. */
export function usePaletteEntries(isOpen: boolean): { models: ModelEntry[]; keys: KeyEntry[] } {
  const [models, setModels] = useState<ModelEntry[]>([]);
  const [keys, setKeys] = useState<KeyEntry[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    void send<{ data: ModelEntry[] }>('GET', '/api/dashboard/public/models').then((answer) => {
      if (answer.ok) setModels(answer.value.data.map(({ id, name }) => ({ id, name })));
    });
    void send<{ data: KeyEntry[] }>('GET', '/api/dashboard/keys').then((answer) => {
      setKeys(answer.ok ? answer.value.data.filter((key) => key.revokedAt === null) : []);
    });
  }, [isOpen]);
  return { models, keys };
}
