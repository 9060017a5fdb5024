import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BooksMapping, useOrderRows, usePostingPreview } from '@/api';
import { ErrorState, NoticeLine, Section } from '@/ui';
import styles from './books.module.css';
import { Document } from './Document';

/** What a real order would be posted as, while the mapping is worked on. */
export function Preview({ connection, mapping }: { connection: string; mapping: BooksMapping }) {
  const { t } = useTranslation('books');
  const [place, setPlace] = useState(0);
  const [tried] = useDebouncedValue(mapping, 250);
  const orders = useOrderRows({});
  const rows = orders.data?.pages.flatMap((page) => page.rows) ?? [];
  const order = rows[Math.min(place, rows.length - 1)];
  const preview = usePostingPreview(connection, order?.id ?? '', tried);
  if (orders.data && !order) return <p className={styles.soft}>{t('preview.none')}</p>;
  return (
    <Section title={t('preview.title')}>
      {order && (
        <div className={styles.turn}>
          <a href={`#/orders/${order.id}`}>
            {t('preview.order', { number: order.number, channel: order.channel })}
          </a>
          <span>
            <Button
              size="compact-sm"
              variant="default"
              disabled={place === 0}
              onClick={() => setPlace(place - 1)}
            >
              {t('preview.before')}
            </Button>{' '}
            <Button
              size="compact-sm"
              variant="default"
              disabled={place >= rows.length - 1}
              onClick={() => setPlace(place + 1)}
            >
              {t('preview.next')}
            </Button>
          </span>
        </div>
      )}
      {preview.error && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data?.problem && (
        <NoticeLine state="needs_you">
          {t('preview.cannot')} {preview.data.problem.message} {preview.data.problem.remedy}
        </NoticeLine>
      )}
      {preview.data?.documents.map((document) => (
        <Document key={document.reference} document={document} />
      ))}
    </Section>
  );
}
