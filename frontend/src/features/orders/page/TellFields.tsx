import { Autocomplete, Button, Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Order, OrderParcel, OrderPush, OrderWrite } from '@/api';
import { ErrorState } from '@/ui';
import styles from './Tell.module.css';

interface Props {
  order: Order;
  write: OrderWrite;
  corrects: OrderParcel | null;
  busy: boolean;
  error: unknown;
  onAsk: (what: Omit<OrderPush, 'operation' | 'connection'>) => void;
  onLeave: () => void;
}

/** Names that carriers are mostly known by; any other can be typed. */
const carriers = [
  'UPS',
  'USPS',
  'FedEx',
  'DHL',
  'DPD',
  'GLS',
  'Hermes',
  'Royal Mail',
  'Canada Post',
  'Australia Post',
];

/** What each operation needs to know, and nothing else. */
export function TellFields(props: Props) {
  switch (props.write.operation) {
    case 'order.ship':
      return props.corrects === null ? <Ship {...props} /> : <Correct {...props} wrong={props.corrects} />;
    case 'order.status':
      return <Status {...props} />;
    case 'order.refund':
      return <Refund {...props} />;
    default:
      return <Cancel {...props} />;
  }
}

interface FrameProps extends Omit<Props, 'onAsk'> {
  ready: boolean;
  onSubmit: () => void;
  children: React.ReactNode;
}

function Frame({ write, busy, error, ready, onSubmit, onLeave, children }: FrameProps) {
  const { t } = useTranslation('orders');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSubmit();
      }}
    >
      <div className={styles.fields}>
        {children}
        {write.note && <p className={styles.note}>{write.note}</p>}
        {error !== null && <ErrorState error={error} />}
      </div>
      <Group justify="flex-end" mt="lg" gap={8}>
        <Button variant="default" onClick={onLeave}>
          {t('tell.leave')}
        </Button>
        <Button type="submit" disabled={!ready} loading={busy}>
          {t('tell.plan')}
        </Button>
      </Group>
    </form>
  );
}

function Ship(props: Props) {
  const { t } = useTranslation('orders');
  const [tracking, setTracking] = useState('');
  const [carrier, setCarrier] = useState('');
  const [notify, setNotify] = useState(false);
  const parts = useParts(props.order);
  return (
    <Frame
      {...props}
      ready={tracking.trim() !== '' && parts.some}
      onSubmit={() =>
        props.onAsk({ tracking: tracking.trim(), carrier: carrier.trim(), notify, lines: parts.lines })
      }
    >
      <TextInput
        label={t('tell.tracking')}
        value={tracking}
        onChange={(event) => setTracking(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Autocomplete label={t('tell.carrier')} data={carriers} value={carrier} onChange={setCarrier} />
      <Parts order={props.order} parts={parts} label={t('tell.lies')} />
      <Notify checked={notify} onChange={setNotify} />
    </Frame>
  );
}

function Correct({ wrong, ...props }: Props & { wrong: OrderParcel }) {
  const { t } = useTranslation('orders');
  const [tracking, setTracking] = useState(wrong.tracking);
  const [carrier, setCarrier] = useState(wrong.carrier);
  const next = tracking.trim();
  return (
    <Frame
      {...props}
      ready={next !== '' && next !== wrong.tracking}
      onSubmit={() => props.onAsk({ tracking: next, carrier: carrier.trim(), corrects: wrong.tracking })}
    >
      <TextInput
        label={t('tell.right')}
        description={t('tell.wrong', { tracking: wrong.tracking })}
        value={tracking}
        onChange={(event) => setTracking(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Autocomplete label={t('tell.carrier')} data={carriers} value={carrier} onChange={setCarrier} />
    </Frame>
  );
}

function Status(props: Props) {
  const { t } = useTranslation('orders');
  const [status, setStatus] = useState<string | null>(null);
  const [notify, setNotify] = useState(false);
  return (
    <Frame {...props} ready={status !== null} onSubmit={() => props.onAsk({ status: status ?? '', notify })}>
      <Select
        label={t('tell.status', { name: props.write.name })}
        data={props.write.statuses.map(({ value, label }) => ({ value, label }))}
        value={status}
        onChange={setStatus}
        data-autofocus
      />
      <Notify checked={notify} onChange={setNotify} />
    </Frame>
  );
}

function Refund(props: Props) {
  const { t } = useTranslation('orders');
  const { order } = props;
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [restock, setRestock] = useState(false);
  const parts = useParts(order);
  return (
    <Frame
      {...props}
      ready={amount.trim() !== '' && (!restock || parts.some)}
      onSubmit={() =>
        props.onAsk({
          amount: amount.trim(),
          reason: reason.trim(),
          restock,
          lines: restock ? parts.all : undefined,
        })
      }
    >
      <TextInput
        label={t('tell.amount', { currency: order.currency })}
        description={
          order.total !== null
            ? t('tell.amountWords', { total: order.total, currency: order.currency })
            : undefined
        }
        value={amount}
        onChange={(event) => setAmount(event.currentTarget.value)}
        inputMode="decimal"
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        label={t('tell.reason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Checkbox
        label={t('tell.restock')}
        description={t('tell.restockWords')}
        checked={restock}
        onChange={(event) => setRestock(event.currentTarget.checked)}
      />
      {restock && <Parts order={order} parts={parts} label={t('tell.returns')} />}
    </Frame>
  );
}

function Cancel(props: Props) {
  const { t } = useTranslation('orders');
  const [reason, setReason] = useState('');
  const [notify, setNotify] = useState(false);
  return (
    <Frame {...props} ready onSubmit={() => props.onAsk({ reason: reason.trim(), notify })}>
      <TextInput
        label={t('tell.reason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <Notify checked={notify} onChange={setNotify} />
    </Frame>
  );
}

function Notify({ checked, onChange }: { checked: boolean; onChange: (next: boolean) => void }) {
  const { t } = useTranslation('orders');
  return (
    <Checkbox
      label={t('tell.notify')}
      description={t('tell.notifyWords')}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

/** How much of each line: all of it at first. */
function useParts(order: Order) {
  const [some, setSome] = useState<Record<string, number>>({});
  const quantity = (id: string, all: number) => some[id] ?? all;
  const lines = order.lines.map((line) => ({
    line: line.id,
    quantity: quantity(line.id, Number(line.quantity)),
  }));
  const whole = order.lines.every(
    (line) => quantity(line.id, Number(line.quantity)) === Number(line.quantity),
  );
  const taken = lines
    .filter((each) => each.quantity > 0)
    .map((each) => ({ line: each.line, quantity: String(each.quantity) }));
  return {
    quantity,
    set: (id: string, next: number) => setSome((before) => ({ ...before, [id]: next })),
    some: taken.length > 0,
    /** Left out where it is all of the order: then the channel's ids of the lines need not be known. */
    lines: whole ? undefined : taken,
    all: taken,
  };
}

interface PartsProps {
  order: Order;
  parts: ReturnType<typeof useParts>;
  label: string;
}

function Parts({ order, parts, label }: PartsProps) {
  return (
    <fieldset style={{ margin: 0, padding: 0, border: 0 }}>
      <legend style={{ padding: 0, fontWeight: 500 }}>{label}</legend>
      <ul className={styles.lines}>
        {order.lines.map((line) => (
          <li key={line.id}>
            <bdi className="ellipsis" title={line.title}>
              {line.title || line.sku}
            </bdi>
            <NumberInput
              aria-label={`${label}: ${line.title}`}
              size="xs"
              value={parts.quantity(line.id, Number(line.quantity))}
              min={0}
              max={Number(line.quantity)}
              clampBehavior="strict"
              suffix={` / ${line.quantity}`}
              onChange={(next) => parts.set(line.id, Number(next) || 0)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
