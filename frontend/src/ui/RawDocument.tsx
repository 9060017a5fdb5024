import { Button, Checkbox, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '@/lib/cx';
import { leaves } from '@/lib/flatten';
import styles from './RawTable.module.css';

interface Props {
  /** What an API sent, as it came. */
  document: unknown;
  /** Tells a value that is wrong: it is marked, and shown even when it is empty. */
  isBad?: (path: string) => boolean;
}

const never = () => false;

/** A record of an API as it came: every value with its path, or the whole as JSON. */
export function RawDocument({ document, isBad = never }: Props) {
  const { t } = useTranslation('ui');
  const [empty, setEmpty] = useState(false);
  const [json, setJSON] = useState(false);
  const all = leaves(document);
  const told = all.filter(({ path, value }) => value !== '' || isBad(path));
  return (
    <>
      <Group gap={16} my="sm">
        <Button size="compact-xs" variant="default" onClick={() => setJSON(!json)}>
          {json ? t('raw.values') : t('raw.json')}
        </Button>
        {!json && all.length > told.length && (
          <Checkbox
            label={t('raw.showEmptyValues', { count: all.length - told.length })}
            checked={empty}
            onChange={(event) => setEmpty(event.currentTarget.checked)}
          />
        )}
      </Group>
      {json ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        <pre className={styles.json} tabIndex={0}>
          {JSON.stringify(document, null, 2)}
        </pre>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('raw.path')}</th>
                <th scope="col">{t('raw.value')}</th>
              </tr>
            </thead>
            <tbody>
              {(empty ? all : told).map(({ path, value }) => (
                <tr key={path}>
                  <th scope="row">{path}</th>
                  <td className={cx(isBad(path) && styles.bad)}>
                    <bdi>{value}</bdi>
                    {isBad(path) && <span className="sr">{t('raw.bad')}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
