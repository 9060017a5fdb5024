import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForgetSecrets, useKeepSecrets, useSecrets, useUnlockSecrets } from '@/api';
import { Awaited, Confirm, KeyChoice, Section, type State, StateBadge, showDone, wordsOf } from '@/ui';
import styles from './settings.module.css';

const states: Record<string, State> = { empty: 'quiet', open: 'fine', locked: 'late', missing: 'needs_you' };

/** Where passwords and keys are kept, and who keeps their key. */
export function Secrets() {
  const { t } = useTranslation('settings');
  const secrets = useSecrets();
  const keep = useKeepSecrets();
  const unlock = useUnlockSecrets();
  const forget = useForgetSecrets();
  const [phrase, setPhrase] = useState('');
  const [forgetting, setForgetting] = useState(false);
  const now = secrets.data;
  const done = {
    onSuccess: () => {
      setPhrase('');
      showDone(t('secrets.done'));
    },
  };
  const locked = now?.state === 'locked' && now.keeper === 'passphrase';
  return (
    <Section title={t('secrets.title')}>
      <Awaited query={secrets} lines={2} />
      {now && (
        <>
          <StateBadge state={states[now.state] ?? 'quiet'}>
            <span className={styles.wrap}>
              {now.words} {now.remedy}
            </span>
          </StateBadge>
          {(locked || (now.state !== 'locked' && now.state !== 'missing')) && (
            <details className={styles.details} open={locked || !now.keyring_works || undefined}>
              <summary>{t(locked ? 'secrets.unlock' : 'secrets.change')}</summary>
              {locked ? (
                <form
                  className={styles.secretForm}
                  onSubmit={(event) => {
                    event.preventDefault();
                    unlock.mutate(phrase, done);
                  }}
                >
                  <PasswordInput
                    size="xs"
                    label={t('secrets.passphrase')}
                    value={phrase}
                    onChange={(event) => setPhrase(event.currentTarget.value)}
                    autoComplete="off"
                    w={280}
                    error={
                      unlock.error &&
                      `${wordsOf(unlock.error, '').message} ${wordsOf(unlock.error, '').remedy}`
                    }
                  />
                  <Button type="submit" variant="default" disabled={phrase === ''} loading={unlock.isPending}>
                    {t('secrets.unlockGo')}
                  </Button>
                </form>
              ) : (
                <>
                  <KeyChoice
                    busy={keep.isPending}
                    error={keep.error}
                    inFile={now.keeper === 'file'}
                    onPassphrase={(passphrase) => keep.mutate({ keeper: 'passphrase', passphrase }, done)}
                    onFile={() => keep.mutate({ keeper: 'file', consent: true }, done)}
                  />
                  {now.keeper !== 'keyring' && now.keeper !== '' && (
                    <Button
                      mt={12}
                      size="compact-sm"
                      variant="default"
                      onClick={() => keep.mutate({ keeper: 'keyring' }, done)}
                    >
                      {t('secrets.useKeyring')}
                    </Button>
                  )}
                </>
              )}
            </details>
          )}
          {now.state === 'missing' && (
            <Button size="compact-sm" variant="default" onClick={() => setForgetting(true)}>
              {t('secrets.forget')}
            </Button>
          )}
        </>
      )}
      {forgetting && (
        <Confirm
          title={t('secrets.forget')}
          action={t('secrets.forgetGo')}
          danger
          busy={forget.isPending}
          onClose={() => setForgetting(false)}
          onConfirm={() => forget.mutate(undefined, { onSettled: () => setForgetting(false) })}
        >
          {t('secrets.forgetWords', { count: now?.count ?? 0 })}
        </Confirm>
      )}
    </Section>
  );
}
