import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import type { Me } from '@/lib/api/session';
import { OPERATOR_PAGES } from './pages';
import { Rail } from './rail';
import { ShellFrame } from './shell-frame';

/** The same shell for whoever runs the service: an edge and the word say so on every page. */
export async function OperatorShell({ me, children }: { me: Me; children: ReactNode }) {
  const t = await getTranslations('console');
  const name = (
    <span className="rounded bg-operator px-2 py-0.5 font-medium text-surface text-sm">{t('operator')}</span>
  );
  const rail = (
    <Rail
      label={t('operatorRail')}
      head={<p className="mt-2 mb-3 px-2 py-1">{name}</p>}
      pages={OPERATOR_PAGES}
      foot={{ href: '/overview', label: t('toAccount') }}
    />
  );
  return (
    <ShellFrame
      me={me}
      rail={rail}
      start={<span className="lg:hidden">{name}</span>}
      edge="border-operator border-t-4"
    >
      {children}
    </ShellFrame>
  );
}
