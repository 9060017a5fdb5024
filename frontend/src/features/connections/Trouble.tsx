import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepSecrets } from '@/api';
import { KeyChoice, NoticeLine, wordsOf } from '@/ui';
import styles from './connections.module.css';

interface Props {
  error: unknown;
  field: string | null;
  /** The key of the passwords is kept now: what was tried may be tried again. */
  onKept: () => void;
}

/** Trouble that belongs to no field. That nobody keeps the key of the passwords yet is settled right here: a form half filled in is not left for it. */
export function Trouble({ error, field, onKept }: Props) {
  const { t } = useTranslation('connections');
  const keep = useKeepSecrets();
  const choice = useRef<HTMLDivElement>(null);
  useEffect(() => choice.current?.scrollIntoView({ block: 'nearest' }), []);
  const { message, remedy } = wordsOf(error, t('form.failed'));
  if (field !== 'secrets')
    return (
      <p className={styles.error} role="alert">
        {message} {remedy}
      </p>
    );
  return (
    <div role="alert" ref={choice}>
      <NoticeLine state="waiting">
        {message} {t('form.keepHere')}
      </NoticeLine>
      <KeyChoice
        busy={keep.isPending}
        error={keep.error}
        onPassphrase={(passphrase) =>
          keep.mutate({ keeper: 'passphrase', passphrase }, { onSuccess: onKept })
        }
        onFile={() => keep.mutate({ keeper: 'file', consent: true }, { onSuccess: onKept })}
      />
    </div>
  );
}
