import { Button, Checkbox, Group, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useForgetSecrets, useKeepSecrets, useSecrets, useUnlockSecrets } from '@/api';
import { Confirm, ErrorState, Section, type State, StateBadge, showDone, wordsOf } from '@/ui';
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
  const [consent, setConsent] = useState(false);
  const [forgetting, setForgetting] = useState(false);
  const now = secrets.data;
  const error = keep.error ?? unlock.error;
  const done = {
    onSuccess: () => {
      setPhrase('');
      showDone(t('secrets.done'));
    },
  };
  const locked = now?.state === 'locked' && now.keeper === 'passphrase';
  return (
    <Section title={t('secrets.title')}>
      {secrets.error && !now && <ErrorState error={secrets.error} onRetry={() => void secrets.refetch()} />}
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
              <form
                className={styles.secretForm}
                onSubmit={(event) => {
                  event.preventDefault();
                  if (locked) unlock.mutate(phrase, done);
                  else keep.mutate({ keeper: 'passphrase', passphrase: phrase }, done);
                }}
              >
                <PasswordInput
                  size="xs"
                  label={t('secrets.passphrase')}
                  value={phrase}
                  onChange={(event) => setPhrase(event.currentTarget.value)}
                  autoComplete="off"
                  w={280}
                  error={error && `${wordsOf(error, '').message} ${wordsOf(error, '').remedy}`}
                />
                <Button type="submit" variant="default" disabled={phrase === ''} loading={unlock.isPending}>
                  {t(locked ? 'secrets.unlockGo' : 'secrets.usePassphrase')}
                </Button>
              </form>
              {!locked && (
                <Group gap={12} mt={12}>
                  <Checkbox
                    checked={consent}
                    onChange={(event) => setConsent(event.currentTarget.checked)}
                    label={t('secrets.consent')}
                  />
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={!consent || now.keeper === 'file'}
                    onClick={() => keep.mutate({ keeper: 'file', consent: true }, done)}
                  >
                    {t('secrets.useFile')}
                  </Button>
                  {now.keeper !== 'keyring' && now.keeper !== '' && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => keep.mutate({ keeper: 'keyring' }, done)}
                    >
                      {t('secrets.useKeyring')}
                    </Button>
                  )}
                </Group>
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
