import { Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StocktakeReport, useCloseStocktake } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { Confirm, ErrorLine, NoticeLine, showDone } from '@/ui';

/** What closing does, by its numbers, and what becomes of what nobody counted. */
export function CloseForm({ stocktake, onClose }: { stocktake: StocktakeReport; onClose: () => void }) {
  const { t } = useTranslation('places');
  const { language } = useLocale();
  const [missing, setMissing] = useState('leave');
  const close = useCloseStocktake();
  const left = stocktake.lines - stocktake.counted;
  const counted = { count: stocktake.counted, number: formatCount(stocktake.counted, language) };
  return (
    <Confirm
      title={t('stocktake.close')}
      action={t('stocktake.close')}
      busy={close.isPending}
      onConfirm={() =>
        close.mutate(
          { id: stocktake.id, etag: stocktake.etag, missing },
          {
            onSuccess: () => {
              onClose();
              showDone(t('stocktake.closed', counted));
            },
          },
        )
      }
      onClose={onClose}
    >
      <Stack gap={12}>
        <span>{t('stocktake.closeWords', counted)}</span>
        {left > 0 && (
          <Radio.Group
            label={t('stocktake.missing', { count: left, number: formatCount(left, language) })}
            value={missing}
            onChange={setMissing}
          >
            <Stack gap={6} mt={6}>
              <Radio value="leave" label={t('stocktake.leave')} />
              <Radio value="zero" label={t('stocktake.zero')} />
            </Stack>
          </Radio.Group>
        )}
        {stocktake.unknown > 0 && (
          <NoticeLine state="late">{t('stocktake.unknownLeft', { count: stocktake.unknown })}</NoticeLine>
        )}
        <ErrorLine error={close.error} />
      </Stack>
    </Confirm>
  );
}
