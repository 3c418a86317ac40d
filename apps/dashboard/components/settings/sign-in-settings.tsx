import { useTranslations } from 'next-intl';
import type { Me } from '@/lib/api/session';
import { AddressForm } from './address-form';
import { PasswordForm } from './password-form';
import { SettingsSection } from './settings-section';
import { TwoFactor } from './two-factor';

/** How a person signs in: with which address, which password, and what else. */
export function SignInSettings({ user }: { user: Me['user'] }) {
  const t = useTranslations('settings');
  return (
    <>
      <SettingsSection
        id="address"
        title={t('address')}
        text={t.rich('addressText', {
          address: () => <bdi className="wrap-anywhere text-ink">{user.email}</bdi>,
        })}
      >
        <AddressForm />
      </SettingsSection>
      <SettingsSection id="password" title={t('password')} text={t('passwordText')}>
        <PasswordForm />
      </SettingsSection>
      <SettingsSection id="two-factor" title={t('twoFactor')} text={t('twoFactorText')}>
        <TwoFactor isOn={user.twoFactorEnabled} />
      </SettingsSection>
    </>
  );
}
