import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ConnectionRow, useConnections } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo } from '@/lib/nav';
import { span } from '@/lib/when';
import { Awaited, ChannelMark, EmptyState, Page, Sparkline, StateBadge, Walk } from '@/ui';
import styles from './connections.module.css';
import { useLookNow } from './useLookNow';

/** Every live account: is it running, how late is it, when is it looked at next? */
export function ConnectionsPage() {
  const { t } = useTranslation('connections');
  const go = useGo();
  const view = useConnections();
  const add = () => go('/connections/new');
  useKeys(t('title'), [{ keys: 'n', label: t('add'), run: add }]);
  const rows = view.data?.connections ?? [];
  return (
    <Page
      title={t('title')}
      scrollKey="connections"
      actions={rows.length > 0 && <Button onClick={add}>{t('add')}</Button>}
    >
      <Awaited query={view} />
      {view.data && rows.length === 0 && (
        <EmptyState
          title={t('empty.title')}
          actions={
            <>
              <Button onClick={add}>{t('empty.connect')}</Button>
              <Button variant="default" component="a" href="#/import">
                {t('empty.import')}
              </Button>
            </>
          }
        >
          {t('empty.words', {
            systems: view.data.connectors.map(({ name }) => name).join(', ') || t('empty.none'),
          })}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Walk label={t('list')}>
          <ul className={styles.list}>
            {rows.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </ul>
        </Walk>
      )}
    </Page>
  );
}

function Row({ row }: { row: ConnectionRow }) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const { lookNow, isPending } = useLookNow();
  const orders = row.hours.reduce((sum, each) => sum + each, 0);
  const sells = row.channel.kind !== 'ledger';
  const target = `#/connections/${row.id}`;
  return (
    <li className={styles.row}>
      <StateBadge state={row.paused ? 'quiet' : row.state}>
        <span className={styles.stateWord}>{row.paused ? t('state.paused') : t(`state.${row.state}`)}</span>
      </StateBadge>
      <a href={target} className={styles.name} data-row>
        <ChannelMark name={row.name} kind={row.channel.kind} />
      </a>
      <span className={styles.words}>
        <span>{row.words}</span>
        {row.remedy && row.state !== 'fine' && <span className={styles.soft}>{row.remedy}</span>}
        {row.waiting > 0 && (
          <a href="#/quarantine" className={styles.waits}>
            {t('waits', { count: row.waiting, number: formatCount(row.waiting, language) })}
          </a>
        )}
      </span>
      <span className={styles.spark}>
        {sells && <Sparkline values={row.hours} label={t('spark', { name: row.name, count: orders })} />}
      </span>
      <span className={styles.figures}>
        {sells && <span>{t('inDay', { number: formatCount(orders, language) })}</span>}
        <span className={styles.soft}>
          {row.lag_ms !== null && t('lagIs', { lag: span(row.lag_ms) })}
          {row.limits.some(({ next_allowed_at }) => next_allowed_at) && <> · {t('limited')}</>}
        </span>
      </span>
      <span className={styles.rowAction}>
        {row.need === 'sign_in' ? (
          <Button size="compact-sm" component="a" href={`${target}?step=sign_in`}>
            {t('signIn.open')}
          </Button>
        ) : row.need === 'match' ? (
          <Button size="compact-sm" component="a" href={`${target}?step=match`}>
            {t('match.open')}
          </Button>
        ) : (
          !row.paused && (
            <Button
              size="compact-sm"
              variant="default"
              disabled={isPending}
              onClick={() => lookNow(row, 'orders')}
            >
              {t('lookNow')}
            </Button>
          )
        )}
      </span>
    </li>
  );
}
