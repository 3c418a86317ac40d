import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { AccountSettings } from '@/components/settings/account-settings';
import { ProfileForm } from '@/components/settings/profile-form';
import { SessionList } from '@/components/settings/session-list';
import { SettingsSection } from '@/components/settings/settings-section';
import { SignInSettings } from '@/components/settings/sign-in-settings';
import { Unreachable } from '@/components/unreachable';
import { requestLocale } from '@/i18n/request';
import { readBalance, readMe } from '@/lib/api/session';
import { readSessions } from '@/lib/api/sign-in';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('console.pages'))('settings') };
}

export default async function SettingsPage() {
  const [t, me, sessions, balance] = await Promise.all([
    getTranslations('settings'),
    readMe(),
    readSessions(),
    readBalance(),
  ]);
  return (
    <ConsolePage title={t('title')}>
      {me.ok ? (
        <div className="grid grid-cols-[minmax(0,1fr)] border-line border-b [&>section]:border-line [&>section]:border-t">
          <SettingsSection id="profile" title={t('profile')} text={t('profileText')}>
            <ProfileForm
              name={me.value.user.name}
              locale={me.value.user.locale}
              shown={await requestLocale()}
            />
          </SettingsSection>
          <SignInSettings user={me.value.user} />
          <SettingsSection id="sessions" title={t('sessions')} text={t('sessionsText')}>
            {sessions.ok ? <SessionList {...sessions.value} /> : <Unreachable answer={sessions} />}
          </SettingsSection>
          <AccountSettings
            me={me.value}
            creditsLeft={balance.ok ? balance.value.available + balance.value.held : null}
          />
        </div>
      ) : (
        <Unreachable answer={me} />
      )}
    </ConsolePage>
  );
}
