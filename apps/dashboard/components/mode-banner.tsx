import { getTranslations } from 'next-intl/server';
import type { Service } from '@/lib/api/public';

/** Nobody may take a service set up for trying out, or made-up answers, for the real thing. */
export async function ModeBanner({ service, className }: { service: Service; className: string }) {
  const t = await getTranslations('shell');
  const isEvaluation = service.mode === 'evaluation';
  const isSandbox = service.upstream === 'sandbox';
  if (!isEvaluation && !isSandbox) return null;
  return (
    <div className="border-warn border-b-2 bg-surface">
      <p className={`${className} py-2 text-sm`}>
        {isEvaluation && <strong className="font-semibold">{t('evaluation')}. </strong>}
        <span className="text-muted">
          {isEvaluation && t('evaluationNote')} {isSandbox && t('sandboxNote')}
        </span>
      </p>
    </div>
  );
}
