import { Button, Group } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type ConnectionView, type SyncPreviewRow, useLook, usePlanLook, useSaveSync } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Dialog, ErrorState, PlainTable, PlanSummary, type State, StateBadge, showDone } from '@/ui';
import styles from './connections.module.css';

const states: Record<SyncPreviewRow['verdict'], State> = {
  new: 'waiting',
  changed: 'late',
  same: 'fine',
  skipped: 'quiet',
  error: 'needs_you',
};

/** How many pages of the vendor the look before the first one reads; more is told apart. */
const pages = 10;

/** The channel has orders of files: what the first look would do with them, before it does. */
export function Match({ view, onClose }: { view: ConnectionView; onClose: () => void }) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const look = useLook();
  const plan = usePlanLook();
  const save = useSaveSync();
  const { connection } = view;
  const { mutate } = plan;
  const compare = () => mutate({ id: connection.id, pages });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for a connection
  useEffect(compare, [connection.id]);
  const found = plan.data;
  const number = (value: number) => formatCount(value, language);
  const start = () =>
    save.mutate(
      { id: connection.id, stream: 'orders', paused: false },
      {
        onSuccess: () => {
          look.mutate({ id: connection.id, stream: 'orders' });
          showDone(t('match.started', { name: connection.name }));
          onClose();
        },
      },
    );
  return (
    <Dialog onClose={onClose} title={t('match.title', { channel: connection.channel.name })} size={720}>
      <p style={{ marginTop: 0 }}>{t('match.words', { channel: connection.channel.name })}</p>
      {plan.isPending && <p className={styles.soft}>{t('match.comparing')}</p>}
      {plan.error && <ErrorState error={plan.error} onRetry={compare} />}
      {found?.plan && (
        <>
          <PlanSummary
            lines={[
              { state: 'fine', words: t('match.adopted'), count: found.plan.adopted },
              { state: 'waiting', words: t('match.new'), count: found.new },
              { state: 'late', words: t('match.changed'), count: found.changed },
              { state: 'needs_you', words: t('match.wrong'), count: found.quarantined },
            ]}
          />
          {found.plan.more && (
            <p className={styles.soft}>
              {t('match.more', { count: found.pulled, number: number(found.pulled) })}
            </p>
          )}
          <Rows rows={found.plan.rows} />
        </>
      )}
      <Group justify="flex-end" mt="lg" gap={8}>
        <Button variant="default" onClick={onClose}>
          {t('match.later')}
        </Button>
        <Button onClick={start} loading={save.isPending} disabled={!found}>
          {t('match.start')}
        </Button>
      </Group>
    </Dialog>
  );
}

function Rows({ rows }: { rows: SyncPreviewRow[] }) {
  const { t } = useTranslation('connections');
  if (rows.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <div className={styles.preview} tabIndex={0} role="region" aria-label={t('match.list')}>
      <PlainTable heads={[t('match.order'), t('match.verdict'), t('match.differs')]}>
        <tbody>
          {rows.slice(0, 100).map((row) => (
            <tr key={row.item}>
              <th scope="row">
                {row.order ? (
                  <a href={`#/orders/${row.order}`}>{row.name || row.item}</a>
                ) : (
                  row.name || row.item
                )}
              </th>
              <td>
                <StateBadge state={states[row.verdict]}>
                  {row.adopted ? t('match.foundAgain') : t(`match.is.${row.verdict}`)}
                </StateBadge>
              </td>
              <td className={styles.soft}>
                {row.problems[0]?.message ??
                  row.changes.map(({ field }) => field.replaceAll('_', ' ')).join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </div>
  );
}
