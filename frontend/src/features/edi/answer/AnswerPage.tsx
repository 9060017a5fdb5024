import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type EdiAnswerDraft,
  type EdiProgress,
  type EdiShipment,
  useEdiDocument,
  useEdiDraft,
  useEdiProgress,
  useMakeEdi,
} from '@/api';
import { useGo, useSearchParams } from '@/lib/nav';
import { Awaited, NoticeLine, Page, StateBadge, showDone } from '@/ui';
import styles from '../edi.module.css';
import { stateOf } from '../verdict';
import { draftOf, type Fields, type Line, linesOf, stageOf } from './draft';
import { Lines } from './Lines';

/** An answer to an order while it is made: what becomes of each line, and the very document that would go out. */
export function EdiAnswerPage({ id }: { id: string }) {
  const { t } = useTranslation('edi');
  const kind = useSearchParams()[0].kind ?? '855';
  const progress = useEdiProgress(id, kind);
  const order = useEdiDocument(id).data?.document;
  if (!progress.data || !order)
    return (
      <Page
        title={t('answer.title', { kind, number: '' })}
        within={{ href: `#/edi/${id}`, name: t('document.one') }}
        scrollKey={`edi.answer.${id}`}
      >
        <Awaited query={progress} />
      </Page>
    );
  const { lines, shipments } = progress.data;
  return (
    <Form
      key={`${id} ${kind}`}
      id={id}
      kind={kind}
      number={order.number}
      progress={lines}
      shipments={shipments}
    />
  );
}

interface Props {
  id: string;
  kind: string;
  number: string;
  progress: EdiProgress[];
  shipments: EdiShipment[];
}

function Form({ id, kind, number, progress, shipments }: Props) {
  const { t } = useTranslation('edi');
  const go = useGo();
  const stage = stageOf(kind);
  const [fields, setFields] = useState<Fields>({
    number: '',
    ships: '',
    expected: '',
    carrier: '',
    tracking: '',
    tax: '',
    sscc: '',
    shipment: '',
  });
  const [lines, setLines] = useState<Line[]>(() => linesOf(progress));
  const draft = draftOf(kind, fields, lines);
  const make = useMakeEdi(id);
  const asked = useSettled(fields.number === '' ? null : draft);
  const shown = useEdiDraft(id, make.isPending || make.isSuccess ? null : asked); // what is made cannot be made again
  const error = make.error ?? (shown.isPlaceholderData ? null : shown.error);
  const wrong = (field: string) =>
    error instanceof ApiError && error.problem.field === field ? error.problem.detail : undefined;
  const text = (name: keyof Fields, label: string, more: object = {}) => (
    <TextInput
      label={label}
      value={fields[name]}
      onChange={(event) => {
        make.reset();
        setFields({ ...fields, [name]: event.currentTarget.value });
      }}
      error={wrong(name)}
      {...more}
    />
  );
  const verdict = shown.data && !error ? stateOf(shown.data.look) : undefined;
  const keep = () =>
    make.mutate(draft, {
      onSuccess: ({ document }) => {
        showDone(
          t(document?.delivery === 'sent' ? 'answer.sent' : 'answer.made', { kind, number: fields.number }),
        );
        if (document) go(`/edi/${document.id}`);
      },
    });
  return (
    <Page
      title={<bdi>{t('answer.title', { kind, number })}</bdi>}
      within={{ href: `#/edi/${id}`, name: t('document.one') }}
      scrollKey={`edi.answer.${id}`}
      beside={
        verdict && (
          <StateBadge state={verdict.state} soft>
            {t(`answer.${verdict.word}`)}
          </StateBadge>
        )
      }
      actions={
        <>
          <Button variant="default" component="a" href={`#/edi/${id}`}>
            {t('answer.cancel')}
          </Button>
          <Button onClick={keep} loading={make.isPending} disabled={!verdict || verdict.word === 'bad'}>
            {t('answer.make', { kind })}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {text('number', t(`answer.number.${stage}`), {
          'data-autofocus': true,
          autoFocus: true,
          required: true,
        })}
        {stage < 2 && text('ships', t(`answer.ships.${stage as 0 | 1}`), { type: 'date' })}
        {stage === 1 && shipments.length > 0 && (
          <Shipments
            shipments={shipments}
            chosen={fields.shipment}
            onChoose={(shipment) => setFields({ ...fields, shipment })}
          />
        )}
        {stage === 1 && (
          <>
            {text('expected', t('answer.expected'), { type: 'date' })}
            {text('carrier', t('answer.carrier'))}
            {text('tracking', t('answer.tracking'))}
            <Textarea
              label={t('answer.sscc')}
              description={t('answer.ssccWords')}
              value={fields.sscc}
              onChange={(event) => setFields({ ...fields, sscc: event.currentTarget.value })}
              autosize
              minRows={1}
              classNames={{ input: 'mono' }}
            />
          </>
        )}
        {kind === 'INVOIC' && text('tax', t('answer.tax'))}
      </div>
      {fields.shipment === '' && (
        <Lines stage={stage} progress={progress} lines={lines} onChange={setLines} />
      )}
      {error && !(error instanceof ApiError && error.problem.field && error.problem.field !== 'lines') && (
        <NoticeLine state="needs_you">
          {error instanceof ApiError
            ? `${error.problem.detail} ${error.problem.remedy ?? ''}`
            : String(error)}
        </NoticeLine>
      )}
      {fields.number === '' ? (
        <p className={styles.none}>{t('answer.first')}</p>
      ) : (
        shown.data && !error && <pre className={`mono ${styles.preview}`}>{shown.data.text}</pre>
      )}
    </Page>
  );
}

/** The order's own shipments: a ship notice of one of them says what lies in its packages. */
function Shipments(props: {
  shipments: readonly EdiShipment[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation('edi');
  return (
    <NativeSelect
      label={t('answer.shipment')}
      value={props.chosen}
      onChange={(event) => props.onChoose(event.currentTarget.value)}
    >
      <option value="">{t('answer.byLines')}</option>
      {props.shipments.map(({ id, carrier, tracking, told }) => (
        <option key={id} value={id}>
          {[carrier, tracking || id, told && t('answer.told', { number: told })].filter(Boolean).join(' · ')}
        </option>
      ))}
    </NativeSelect>
  );
}

/** A draft once the person has stopped typing for a moment. */
function useSettled(draft: EdiAnswerDraft | null): EdiAnswerDraft | null {
  const text = JSON.stringify(draft);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(settled) as EdiAnswerDraft | null;
}
