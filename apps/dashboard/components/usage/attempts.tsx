import { useFormatter, useTranslations } from 'next-intl';
import { Line, Statement } from '@/components/statement';
import type { UsageRequest } from '@/lib/api/account';

/** Each try at an upstream: which, what it answered, how long it took. */
export function Attempts({ attempts }: { attempts: UsageRequest['attempts'] }) {
  const t = useTranslations('receipt');
  const format = useFormatter();
  return (
    <Statement>
      {attempts.map(({ upstream, status, ms }, at) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no id and never change.
          key={at}
          weight="muted"
          name={
            <>
              {t('attempt', { number: at + 1 })}{' '}
              <bdi dir="ltr" className="break-all">
                {upstream}
              </bdi>
            </>
          }
        >
          <bdi dir="ltr">
            {status > 0 ? status : '–'} · {format.number(ms)} ms
          </bdi>
        </Line>
      ))}
    </Statement>
  );
}
