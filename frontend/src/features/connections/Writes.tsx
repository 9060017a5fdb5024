import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ConnectionView, type PlanWhole, useMakePlan, usePlans, useWouldSend } from '@/api';
import { useKeys } from '@/lib/keys';
import { formatCount, useLocale } from '@/lib/locale';
import { useGo } from '@/lib/nav';
import {
  DataTable,
  ErrorState,
  NoticeLine,
  PlanNumbers,
  Section,
  showDone,
  useRowHeight,
  useWriteColumns,
  When,
  writeId,
  writeName,
} from '@/ui';
import styles from './connections.module.css';
import { Told } from './Told';

/** What the account is told: by which rule, what, what that would be now, and what was. */
export function Writes({ view }: { view: ConnectionView }) {
  const { t } = useTranslation('connections');
  const { connection, connector } = view;
  if (!connector || connector.writes.length === 0)
    return <p className={styles.soft}>{t('writes.never', { vendor: connection.vendor })}</p>;
  return (
    <div className={styles.overview}>
      <Told connection={connection} connector={connector} />
      <WouldSend view={view} />
      <Last view={view} />
    </div>
  );
}

/** Looks at the channel, and says what would be sent; nothing is kept until a plan is made of it. */
function WouldSend({ view }: { view: ConnectionView }) {
  const { t } = useTranslation('connections');
  const [asked, setAsked] = useState(0);
  const { id, name } = view.connection;
  const would = useWouldSend(id, asked);
  const plan = asked > 0 ? would.data : undefined;
  const look = () => setAsked(asked + 1);
  useKeys(t('one'), [{ keys: 'w', label: t('would.look'), run: look }]);
  return (
    <Section
      title={t('would.title')}
      aside={
        <Button size="compact-sm" variant="default" onClick={look} loading={would.isFetching}>
          {plan ? t('would.again') : t('would.look')}
        </Button>
      }
    >
      {would.error && !would.isFetching && (
        <ErrorState error={would.error} onRetry={() => void would.refetch()} />
      )}
      {!plan && !would.error && (
        <p className={styles.plain} role="status">
          {t(would.isFetching ? 'would.looking' : 'would.words', { name })}
        </p>
      )}
      {plan && <Preview plan={plan} connection={id} name={name} onKept={() => setAsked(0)} />}
    </Section>
  );
}

interface PreviewProps {
  plan: PlanWhole;
  connection: string;
  name: string;
  onKept: () => void;
}

function Preview({ plan, connection, name, onKept }: PreviewProps) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const go = useGo();
  const make = useMakePlan();
  const height = useRowHeight();
  const columns = useWriteColumns({ states: false });
  const count = plan.intents.length;
  const number = formatCount(count, language);
  const keep = () =>
    make.mutate(connection, {
      onSuccess: ({ id }) => {
        onKept();
        if (id) go(`/plans/${id}`);
        else showDone(t('would.nothing', { name }));
      },
    });
  return (
    <>
      {plan.blocked && (
        <NoticeLine state="needs_you">
          <strong>{t('would.blocked')}</strong> {plan.blocked}
        </NoticeLine>
      )}
      {plan.warnings.map((warning) => (
        <NoticeLine key={warning} state="late">
          {warning}
        </NoticeLine>
      ))}
      {count === 0 && plan.warnings.length === 0 && (
        <NoticeLine state="fine">{t('would.nothing', { name })}</NoticeLine>
      )}
      {count > 0 && (
        <>
          <div className={styles.would}>
            <span>
              <strong>{t('would.count', { count, number })}</strong>{' '}
              <span className={styles.soft}>
                {t('would.read')} <When at={plan.observed_at} />
              </span>
            </span>
            <Button size="compact-sm" onClick={keep} loading={make.isPending}>
              {t('would.plan', { count, number })}
            </Button>
          </div>
          <div className={styles.wouldTable} style={{ height: Math.min(36 + height * count, 380) }}>
            <DataTable
              label={t('would.title')}
              storageKey={`would.${connection}`}
              columns={columns}
              rows={plan.intents}
              rowId={writeId}
              rowName={writeName}
              total={count}
              fit
            />
          </div>
        </>
      )}
    </>
  );
}

const lastShown = 8;

function Last({ view }: { view: ConnectionView }) {
  const { t } = useTranslation('connections');
  const { language } = useLocale();
  const { id } = view.connection;
  const plans = usePlans(id).data?.pages.flatMap((page) => page.plans) ?? [];
  return (
    <Section
      title={t('last.title')}
      aside={
        plans.length > lastShown && (
          <a href="#/plans" className={styles.soft}>
            {t('last.all')}
          </a>
        )
      }
    >
      {plans.length === 0 ? (
        <p className={styles.plain}>{t('last.none')}</p>
      ) : (
        <ul className={styles.list}>
          {plans.slice(0, lastShown).map((plan) => (
            <li key={plan.id} className={styles.lastRow}>
              <a href={`#/plans/${plan.id}`}>
                <bdi>{plan.title}</bdi>
              </a>
              <span className={styles.soft}>
                <PlanNumbers plan={plan} language={language} />
              </span>
              <span className={styles.soft}>
                <When at={plan.made_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
