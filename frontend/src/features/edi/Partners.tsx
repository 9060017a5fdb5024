import { Button, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  type EdiPartner,
  useEdiPartners,
  useSaveEdiPartner,
  useSaveSettings,
  useSettings,
} from '@/api';
import { ErrorState, showDone } from '@/ui';
import styles from './edi.module.css';

/** Where files go, and what each partner expects within what time. */
export function Partners() {
  const partners = useEdiPartners();
  const settings = useSettings().data;
  return (
    <div className={styles.partners}>
      {settings && <Outbox key={settings.edi_outbox} folder={settings.edi_outbox} etag={settings.etag} />}
      {settings && <Keep key={settings.edi_keep_days} days={settings.edi_keep_days} etag={settings.etag} />}
      {partners.error && <ErrorState error={partners.error} onRetry={() => void partners.refetch()} />}
      {partners.data?.map((partner) => (
        <Partner key={`${partner.id} ${partner.etag}`} partner={partner} />
      ))}
    </div>
  );
}

function Outbox({ folder, etag }: { folder: string; etag: string }) {
  const { t } = useTranslation('edi');
  const [value, setValue] = useState(folder);
  const save = useSaveSettings();
  return (
    <section className={styles.partner}>
      <h2>{t('partners.outbox')}</h2>
      <p>{t('partners.outboxWords')}</p>
      <div className={styles.form}>
        <TextInput
          label={t('partners.folder')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          error={save.error instanceof ApiError && save.error.problem.detail}
        />
        <Button
          variant="default"
          disabled={value === folder}
          loading={save.isPending}
          onClick={() =>
            save.mutate({ etag, edi_outbox: value }, { onSuccess: () => showDone(t('partners.saved')) })
          }
        >
          {t('partners.save')}
        </Button>
      </div>
    </section>
  );
}

/** For how long texts are kept. */
function Keep({ days, etag }: { days: number; etag: string }) {
  const { t } = useTranslation('edi');
  const [value, setValue] = useState(days);
  const save = useSaveSettings();
  return (
    <section className={styles.partner}>
      <h2>{t('partners.keep')}</h2>
      <p>{t('partners.keepWords')}</p>
      <div className={styles.form}>
        <NumberInput
          label={t('partners.keepFor')}
          description={t(value === 0 ? 'partners.keepAll' : 'partners.keepLeast')}
          value={value}
          min={0}
          max={36500}
          allowDecimal={false}
          onChange={(next) => setValue(Number(next) || 0)}
          error={save.error instanceof ApiError && save.error.problem.detail}
        />
        <Button
          variant="default"
          disabled={value === days}
          loading={save.isPending}
          onClick={() =>
            save.mutate({ etag, edi_keep_days: value }, { onSuccess: () => showDone(t('partners.saved')) })
          }
        >
          {t('partners.save')}
        </Button>
      </div>
    </section>
  );
}

const waits = ['ack', 'response', 'shipment', 'invoice'] as const;

function Partner({ partner }: { partner: EdiPartner }) {
  const { t } = useTranslation('edi');
  const [outbox, setOutbox] = useState(partner.outbox);
  const [wants, setWants] = useState(partner.wants);
  const save = useSaveEdiPartner();
  const same = outbox === partner.outbox && JSON.stringify(wants) === JSON.stringify(partner.wants);
  return (
    <section className={styles.partner}>
      <h2>
        <bdi>{partner.channel}</bdi>
      </h2>
      <p>
        <bdi>
          {t('partners.ids', {
            syntax: partner.syntax === 'x12' ? 'X12' : 'EDIFACT',
            theirs: [partner.kind, partner.code].filter(Boolean).join(':'),
            ours: [partner.our_kind, partner.our_code].filter(Boolean).join(':'),
            next: partner.next,
          })}
        </bdi>
      </p>
      <div className={styles.form}>
        <TextInput
          label={t('partners.own')}
          placeholder={t('partners.same')}
          value={outbox}
          onChange={(event) => setOutbox(event.currentTarget.value)}
          error={save.error instanceof ApiError && save.error.problem.detail}
        />
        {waits.map((which) => (
          <NumberInput
            key={which}
            label={t(`partners.wants.${which}`)}
            value={wants[which]}
            min={0}
            max={8760}
            suffix=" h"
            onChange={(hours) => setWants({ ...wants, [which]: Number(hours) || 0 })}
          />
        ))}
        <Button
          variant="default"
          disabled={same}
          loading={save.isPending}
          onClick={() =>
            save.mutate(
              { id: partner.id, etag: partner.etag, outbox, wants },
              { onSuccess: () => showDone(t('partners.saved')) },
            )
          }
        >
          {t('partners.save')}
        </Button>
      </div>
    </section>
  );
}
