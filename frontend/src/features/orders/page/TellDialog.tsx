import { Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Order,
  type OrderParcel,
  type OrderPush,
  type OrderWrite,
  type PlanWhole,
  useApprovePlan,
  useDiscardPlan,
  useIntent,
  usePushOrder,
} from '@/api';
import { Dialog, ErrorState, Facts, operationWords, showDone, When, WriteChange, WriteState } from '@/ui';
import { tellKey } from './Tell';
import styles from './Tell.module.css';
import { TellFields } from './TellFields';

interface Props {
  order: Order;
  write: OrderWrite;
  /** The shipment whose number is wrong there, where one is to be corrected. */
  corrects?: OrderParcel | null;
  onClose: () => void;
}

/** Asks what is to be told, shows it as a plan in the same place, and then what came of it. */
export function TellDialog({ order, write, corrects = null, onClose }: Props) {
  const { t } = useTranslation('orders');
  const push = usePushOrder();
  const discard = useDiscardPlan();
  const [plan, setPlan] = useState<PlanWhole | null>(null);
  const [approved, setApproved] = useState(false);
  const ask = (what: Omit<OrderPush, 'operation' | 'connection'>) =>
    push.mutate(
      { id: order.id, operation: write.operation, connection: write.connection, ...what },
      { onSuccess: setPlan },
    );
  // What nobody approved must not wait unseen: it would keep the same from being asked again.
  const close = () => {
    if (plan?.id && !approved) {
      discard.mutate(plan.id);
      showDone(t('tell.left', { name: write.name }));
    }
    onClose();
  };
  return (
    <Dialog
      onClose={close}
      title={t(corrects === null ? `tell.title.${tellKey[write.operation]}` : 'tell.title.correct', {
        number: order.number,
        name: write.name,
      })}
      size={520}
    >
      {plan === null ? (
        <TellFields
          order={order}
          write={write}
          corrects={corrects}
          busy={push.isPending}
          error={push.error}
          onAsk={ask}
          onLeave={close}
        />
      ) : (
        <Planned
          plan={plan}
          write={write}
          approved={approved}
          onApproved={() => setApproved(true)}
          onClose={close}
        />
      )}
    </Dialog>
  );
}

interface PlannedProps {
  plan: PlanWhole;
  write: OrderWrite;
  approved: boolean;
  onApproved: () => void;
  onClose: () => void;
}

function Planned({ plan, write, approved, onApproved, onClose }: PlannedProps) {
  const { t } = useTranslation('orders');
  const words = useTranslation('plans').t;
  const approve = useApprovePlan();
  const first = plan.intents[0];
  const live = useIntent(approved ? (first?.id ?? null) : null);
  const shown = live.data ?? first;
  const button = useRef<HTMLButtonElement>(null);
  // Enter goes on, and Escape reaches the dialog, only while something in it has the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another button takes the place once it is approved
  useEffect(() => button.current?.focus(), [approved]);
  if (!shown) return null;
  const go = () => approve.mutate({ id: plan.id ?? '', etag: plan.etag }, { onSuccess: onApproved });
  return (
    <>
      <p className={styles.lead} role="status">
        {approved ? <WriteState state={shown.state} soft /> : t('tell.planned', { name: write.name })}{' '}
        {approved && <span className="meta">{words(`stateWords.${shown.state}`)}</span>}
      </p>
      <Facts
        items={[
          { label: operationWords(words, shown.operation), value: <WriteChange write={shown} /> },
          { label: t('tell.where'), value: <bdi>{plan.name}</bdi> },
          {
            label: t('tell.read'),
            value: shown.observed !== null && shown.observed_at && <When at={shown.observed_at} />,
          },
          { label: t('tell.made'), value: shown.reference },
        ]}
      />
      {!approved &&
        plan.warnings.map((warning) => (
          <p key={warning} className={styles.warning}>
            <IconAlertTriangle size={15} stroke={1.9} aria-hidden /> <span>{warning}</span>
          </p>
        ))}
      {!approved && write.note && <p className={styles.note}>{write.note}</p>}
      {approved && shown.problem && (
        <p className={styles.warning} role="alert">
          <IconAlertTriangle size={15} stroke={1.9} aria-hidden />{' '}
          <span>
            <strong>{shown.problem.message}</strong> {shown.problem.remedy}
          </span>
        </p>
      )}
      {approve.error && <ErrorState error={approve.error} />}
      <Group justify="flex-end" mt="lg" gap={8}>
        {approved ? (
          <>
            <Button variant="default" component="a" href={`#/plans/${plan.id}?peek=${shown.id}`}>
              {t('tell.calls')}
            </Button>
            <Button ref={button} onClick={onClose}>
              {t('tell.close')}
            </Button>
          </>
        ) : (
          <>
            <Button variant="default" onClick={onClose}>
              {t('tell.leave')}
            </Button>
            <Button
              ref={button}
              color={write.operation === 'order.cancel' ? 'red' : undefined}
              loading={approve.isPending}
              onClick={go}
            >
              {t(`tell.go.${tellKey[write.operation]}`, { name: write.name, wanted: shown.wanted })}
            </Button>
          </>
        )}
      </Group>
    </>
  );
}
