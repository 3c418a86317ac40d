import { useFormatter, useTranslations } from 'next-intl';
import { CodeBlock } from '@/components/code-block';
import { Section } from '@/components/section';
import { RowTh, Td, Th } from '@/components/ui/table';
import bench from '@/lib/bench-figures.json';

/** Four columns of words are wider than a phone. */
const wraps = 'align-bottom max-sm:whitespace-normal';

/** What all of it costs, beside a proxy that does nothing; and how to measure it again. */
export function BenchFigures() {
  const t = useTranslations('landing.bench');
  const format = useFormatter();
  const whole = { maximumFractionDigits: 0 } as const;
  return (
    <Section id="bench" title={t('title')} text={t('text')}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <table className="w-full border-collapse" aria-label={t('title')}>
          <thead>
            <tr>
              <Th>{t('load')}</Th>
              <Th kind="figure" className={wraps}>
                {t('answers')}
              </Th>
              <Th kind="figure" className="max-sm:hidden">
                {t('bareAnswers')}
              </Th>
              <Th kind="figure" className={wraps}>
                {t('cpu')}
              </Th>
              <Th kind="figure" className={wraps}>
                {t('bareCpu')}
              </Th>
            </tr>
          </thead>
          <tbody>
            {bench.loads.map(({ connections, stream, bare, product }) => (
              <tr key={`${connections} ${stream}`}>
                <RowTh>{t(stream ? 'streams' : 'connections', { count: connections })}</RowTh>
                <Td kind="figure">{format.number(product.answersPerSecond, whole)}</Td>
                <Td kind="figure" className="max-sm:hidden">
                  {format.number(bare.answersPerSecond, whole)}
                </Td>
                <Td kind="figure">{format.number(product.cpuMicroseconds, whole)}</Td>
                <Td kind="figure">{format.number(bare.cpuMicroseconds, whole)}</Td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          {t('books', { answered: format.number(bench.answered), charged: format.number(bench.charged) })}
        </p>
        <p className="text-muted text-sm">
          {t('note', {
            day: format.dateTime(new Date(bench.measuredOn), { dateStyle: 'medium' }),
            cores: bench.cores,
            commit: format.number(bench.commitMilliseconds, { maximumFractionDigits: 2 }),
          })}
        </p>
        <CodeBlock title={t('command')} code={bench.command} />
      </div>
    </Section>
  );
}
