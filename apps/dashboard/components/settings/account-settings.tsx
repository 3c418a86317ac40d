import { useTranslations } from 'next-intl';
import type { Me } from '@/lib/api/session';
import { AccountNameForm } from './account-name-form';
import { CloseAccount } from './close-account';
import { SettingsSection } from './settings-section';

/** The active account itself, for those whose role may change or close it. */
export function AccountSettings({ me, creditsLeft }: { me: Me; creditsLeft: number | null }) {
  const t = useTranslations('settings');
  const { active } = me;
  if (!active) return null;
  return (
    <>
      {active.rights.includes('account:write') && (
        <SettingsSection
          id="account"
          title={t('account')}
          text={active.kind === 'team' ? t('accountTextTeam') : t('accountTextPersonal')}
        >
          <AccountNameForm name={active.name} />
        </SettingsSection>
      )}
      {active.rights.includes('account:delete') && (
        <SettingsSection
          id="close"
          title={t('closeTitle')}
          text={active.kind === 'team' ? t('closeTextTeam') : t('closeTextPersonal')}
        >
          <CloseAccount name={active.name} kind={active.kind} creditsLeft={creditsLeft} />
        </SettingsSection>
      )}
    </>
  );
}
