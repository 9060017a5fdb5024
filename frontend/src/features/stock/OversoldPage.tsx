import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type OversoldLine, type OversoldRemedy, useOversold, useRemedy, useUndoRun } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { useGo } from '@/lib/nav';
import { usePageState } from '@/lib/pageState';
import { Awaited, EmptyState, NoticeLine, Page, PlainTable, StateBadge, showDone, Walk, When } from '@/ui';
import { StockTabs } from './StockTabs';
import styles from './stock.module.css';

/** So many lines are drawn at a time: each has steps of its own, and is high. */
const atOnce = 100;

/** Order lines that were sold and are not there, each with what can be done. */
export function OversoldPage() {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const query = useOversold();
  const lines = query.data?.lines ?? [];
  const [most, setMost] = usePageState('stock.oversold.most', atOnce);
  return (
    <Page title={t('views.oversold')} scrollKey="stock.oversold">
      <StockTabs active="oversold" />
      <Awaited query={query} />
      {query.data && lines.length === 0 && (
        <EmptyState
          title={t('oversold.none')}
          actions={
            <Button component="a" href="#/stock">
              {t('oversold.goStock')}
            </Button>
          }
        >
          {t('oversold.noneWords')}
        </EmptyState>
      )}
      {lines.length > 0 && (
        <>
          <p className={styles.lead}>
            {t('oversold.lead', {
              count: query.data?.orders ?? 0,
              number: formatCount(query.data?.orders ?? 0, language),
            })}
          </p>
          {query.data?.more && <NoticeLine state="late">{t('oversold.more')}</NoticeLine>}
          <Walk label={t('views.oversold')}>
            <PlainTable
              heads={[
                t('oversold.order'),
                t('oversold.lacks'),
                { label: t('oversold.missing'), number: true },
                { label: t('oversold.incoming'), number: true },
                t('oversold.proposed'),
              ]}
            >
              <tbody>
                {lines.slice(0, most).map((line) => (
                  <Line key={`${line.line} ${line.variant}`} line={line} />
                ))}
              </tbody>
            </PlainTable>
          </Walk>
          {lines.length > most && (
            <Button mt={12} variant="default" onClick={() => setMost(most + atOnce)}>
              {t('oversold.next', { number: formatCount(lines.length - most, language) })}
            </Button>
          )}
        </>
      )}
    </Page>
  );
}

function Line({ line }: { line: OversoldLine }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const text = (value: unknown) => formatQuantity(String(value), language);
  return (
    <tr>
      <td>
        <a href={`#/orders/${line.order}`} data-row>
          {line.number}
        </a>{' '}
        <bdi className={styles.soft}>{line.channel}</bdi>
        <div className={styles.soft}>
          <When at={line.placed_at} />
          {line.held && <StateBadge state="waiting">{t('oversold.held')}</StateBadge>}
        </div>
      </td>
      <td>
        <a href={`#/stock/${line.variant}`}>
          <bdi className="mono">{line.lacks}</bdi>
        </a>
        <div className={styles.soft}>
          <bdi className="clip" title={line.title}>
            {line.lacks === line.sku ? line.title : t('oversold.in', { name: line.sku || line.title })}
          </bdi>
        </div>
      </td>
      <td data-number>
        <strong>{text(line.missing)}</strong>
        <div className={styles.soft}>{t('oversold.of', { number: text(line.open) })}</div>
      </td>
      <td data-number>{isZero(String(line.incoming)) ? '' : text(line.incoming)}</td>
      <td>
        <Remedies line={line} />
      </td>
    </tr>
  );
}

/** The proposed remedy as a button, the others behind it. */
function Remedies({ line }: { line: OversoldLine }) {
  const { t } = useTranslation('stock');
  const { language } = useLocale();
  const go = useGo();
  const remedy = useRemedy();
  const undo = useUndoRun();
  const words = (each: OversoldRemedy) =>
    t(`oversold.remedy.${each.kind}`, {
      location: each.location ?? '',
      number: formatQuantity(String(each.quantity), language),
    });
  const run = (each: OversoldRemedy) =>
    remedy.mutate(
      { line: line.line, variant: line.variant, kind: each.kind, location: each.location ?? undefined },
      {
        onSuccess: ({ plan, run: made }) => {
          if (plan?.id) go(`/plans/${plan.id}`);
          else
            showDone(
              t(each.kind === 'backorder' ? 'oversold.did.backorder' : 'oversold.did.other_location', {
                number: line.number,
              }),
              () => made && undo.mutate(made),
            );
        },
      },
    );
  const [first, ...rest] = line.remedies;
  if (!first) return null;
  const waits = line.held && first.kind === 'backorder';
  const able = (each: OversoldRemedy) => !each.by_hand && !(line.held && each.kind === 'backorder');
  return (
    <div className={styles.remedies}>
      {waits ? (
        <span>{t('oversold.waits')}</span>
      ) : first.by_hand ? (
        <span>
          {t(first.kind === 'cancel' ? 'oversold.byHand.cancel' : 'oversold.byHand.cancel_line', {
            channel: line.channel,
          })}
        </span>
      ) : (
        <Button size="compact-sm" variant="default" loading={remedy.isPending} onClick={() => run(first)}>
          {words(first)}
        </Button>
      )}
      {rest.some(able) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              rightSection={<IconChevronDown size={13} />}
            >
              {t('oversold.other')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.filter(able).map((each) => (
              <Menu.Item key={`${each.kind} ${each.location}`} onClick={() => run(each)}>
                {words(each)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
