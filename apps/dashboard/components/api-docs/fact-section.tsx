import { useTranslations } from 'next-intl';
import { Fragment, type ReactNode } from 'react';
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
            name: <WireName name={name} />,
            value: t.rich(of(`facts.${key}`), { code }),
          }))}
        />
        {children}
      </div>
    </Section>
  );
}

/** Several names stand below one another; a long one may go on in the next line after a dot or a dash of its own. */
function WireName({ name }: { name: string }) {
  return name.split(', ').map((one) => (
    <span key={one} className="block">
      <Code>
        {one.split(/(?<=[._/-])/).map((part, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name never move.
          <Fragment key={place}>
            {part}
            <wbr />
          </Fragment>
        ))}
      </Code>
    </span>
  ));
}
