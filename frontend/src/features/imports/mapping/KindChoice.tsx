import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Inspection, RecordKind } from '@/api';
import { useLocale } from '@/lib/locale';
import styles from './mapping.module.css';

interface Props {
  inspection: Inspection;
  kind: RecordKind;
  onKind: (kind: string) => void;
}

/** What the file holds: the guess, how sure it is and why; any other kind is a choice away. */
export function KindChoice({ inspection, kind, onKind }: Props) {
  const { t } = useTranslation(['mapping', 'imports']);
  const { language } = useLocale();
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const guess = inspection.kinds.find((each) => each.kind === kind);
  const likeliest = inspection.kinds[0]?.kind === kind;
  return (
    <Select
      label={t('mapping:kind')}
      description={
        guess &&
        (likeliest
          ? t('mapping:kindGuess', { percent: percent.format(guess.confidence), reason: guess.reason })
          : guess.reason)
      }
      data={inspection.kinds.map((each) => ({
        value: each.kind,
        label: t(`imports:kind.${each.kind as RecordKind}`),
      }))}
      renderOption={({ option }) => (
        <span className={styles.option}>
          {option.label}
          <span className={styles.soft}>
            {percent.format(inspection.kinds.find((each) => each.kind === option.value)?.confidence ?? 0)}
          </span>
        </span>
      )}
      value={kind}
      onChange={(next) => next && onKind(next)}
      allowDeselect={false}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      className={styles.kind}
    />
  );
}
