import { Button, Checkbox, Group, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from './problem';

interface Props {
  busy: boolean;
  error: unknown;
  /** The key lies in a file already. */
  inFile?: boolean;
  onPassphrase: (passphrase: string) => void;
  onFile: () => void;
}

/** Who keeps the key of the passwords where there is no keyring: a passphrase, or by consent a file. It stands inside of forms too, so it is none. */
export function KeyChoice({ busy, error, inFile, onPassphrase, onFile }: Props) {
  const { t } = useTranslation('ui');
  const [phrase, setPhrase] = useState('');
  const [consent, setConsent] = useState(false);
  const takePhrase = () => {
    onPassphrase(phrase);
    setPhrase('');
  };
  return (
    <>
      <Group gap={8} align="flex-end" mt={8}>
        <PasswordInput
          size="xs"
          label={t('key.passphrase')}
          value={phrase}
          onChange={(event) => setPhrase(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (phrase) takePhrase();
          }}
          autoComplete="off"
          w={280}
          error={error ? `${wordsOf(error, '').message} ${wordsOf(error, '').remedy}` : undefined}
        />
        <Button variant="default" disabled={phrase === ''} loading={busy} onClick={takePhrase}>
          {t('key.usePassphrase')}
        </Button>
      </Group>
      <Group gap={12} mt={12}>
        <Checkbox
          checked={consent}
          onChange={(event) => setConsent(event.currentTarget.checked)}
          label={t('key.consent')}
        />
        <Button size="compact-sm" variant="default" disabled={!consent || inFile} onClick={onFile}>
          {t('key.useFile')}
        </Button>
      </Group>
    </>
  );
}
