'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { AlertPreference } from '@/lib/api/alerts';
import { type Failure, send } from '@/lib/api/browser';

const CHANNELS = ['dashboard', 'mail'] as const;
type Channel = (typeof CHANNELS)[number];

/** What you are told, kind by kind, and how. Each box is kept as it is ticked. */
export function PreferenceTable({ initial }: { initial: AlertPreference[] }) {
  const t = useTranslations('alerts');
  const [preferences, setPreferences] = useState(initial);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function choose({ channels, kind }: AlertPreference, channel: Channel, isOn: boolean) {
    const before = preferences;
    const wish = { ...channels, [channel]: isOn };
    setPreferences(before.map((one) => (one.kind === kind ? { ...one, channels: wish } : one)));
    const answer = await send<{ data: AlertPreference[] }>('PUT', '/api/dashboard/alerts/preferences', {
      kind,
      ...wish,
    });
    setPreferences(answer.ok ? answer.value.data : before);
    setFailure(answer.ok ? null : answer.failure);
  }

  return (
    <>
      <table className="w-full max-w-3xl border-collapse">
        <thead>
          <tr>
            <Th>{t('kind')}</Th>
            {CHANNELS.map((channel) => (
              <Th key={channel} className="w-24 sm:w-32">
                {t(`channels.${channel}`)}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preferences.map((preference) => (
            <tr key={preference.kind}>
              <RowTh>
                {t(`kinds.${preference.kind}.name`)}
                {preference.isLocked && <span className="block text-muted text-sm">{t('locked')}</span>}
              </RowTh>
              {CHANNELS.map((channel) => (
                <Td key={channel}>
                  {channel === 'mail' && !preference.isMailed ? (
                    <span className="text-muted text-sm">{t('notMailed')}</span>
                  ) : (
                    <input
                      type="checkbox"
                      className="block size-4 accent-accent"
                      aria-label={`${t(`kinds.${preference.kind}.name`)}: ${t(`channels.${channel}`)}`}
                      checked={preference.channels[channel]}
                      disabled={preference.isLocked}
                      onChange={(event) => void choose(preference, channel, event.target.checked)}
                    />
                  )}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <FailureNote failure={failure} />
    </>
  );
}
