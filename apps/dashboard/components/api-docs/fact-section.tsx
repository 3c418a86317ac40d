import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Code, code } from '@/components/rich';
import { Section } from '@/components/section';
import { FactTable } from '@/components/ui/table';
import type messages from '@/messages/en.json';

type Texts = (typeof messages)['apiDocs'];
export type FactGroup =
  | 'address'
  | 'endpoints'
  | 'chat'
  | 'streaming'
  | 'others'
  | 'programs'
  | 'headers'
  | 'limits';

/** A section of the reference whose facts are a table: what on the wire, and what it means. */
export function FactSection<Group extends FactGroup>({
  group,
  names,
  children,
}: {
  group: Group;
  /** What stands on the wire, by the key of its text. */
  names: Record<keyof Texts[Group]['facts'] & string, string>;
  children?: ReactNode;
}) {
  const t = useTranslations('apiDocs');
  const of = (part: string) => `${group}.${part}` as 'address.title';
  return (
    <Section id={group} title={t(of('title'))} text={t.rich(of('text'), { code })}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <FactTable
          label={t(of('title'))}
          head={[t(of('head')), t('meaning')]}
          facts={Object.entries<string>(names).map(([key, name]) => ({
            key,
            name: (
              <span className="break-words">
                <Code>{name}</Code>
              </span>
            ),
            value: t.rich(of(`facts.${key}`), { code }),
          }))}
        />
        {children}
      </div>
    </Section>
  );
}
