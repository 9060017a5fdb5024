import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EdiProgress } from '@/api';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import styles from '../edi.module.css';
import { type Line, refused } from './draft';

interface Props {
  stage: 0 | 1 | 2;
  progress: readonly EdiProgress[];
  lines: readonly Line[];
  onChange: (lines: Line[]) => void;
}

/** The order's lines: how far each is, and what is said of it now. */
export function Lines({ stage, progress, lines, onChange }: Props) {
  const { t } = useTranslation('edi');
  const { language } = useLocale();
  const number = (value: string) => formatQuantity(value, language);
  const set = (place: number, change: Partial<Line>) =>
    onChange(lines.map((line, at) => (at === place ? { ...line, ...change } : line)));
  const all = (quantity: (each: EdiProgress) => string) =>
    onChange(progress.map((each) => ({ line: each.line, quantity: quantity(each), later: '' })));
  return (
    <div className={styles.linesBox}>
      <table className={styles.lines}>
        <thead>
          <tr>
            <th scope="col">{t('answer.line')}</th>
            <th scope="col">{t('answer.item')}</th>
            <th scope="col" className={styles.end}>
              {t('answer.ordered')}
            </th>
            {stage > 0 && (
              <th scope="col" className={styles.end}>
                {t('answer.accepted')}
              </th>
            )}
            {stage > 0 && (
              <th scope="col" className={styles.end}>
                {t('answer.shipped')}
              </th>
            )}
            {stage > 1 && (
              <th scope="col" className={styles.end}>
                {t('answer.invoiced')}
              </th>
            )}
            <th scope="col">{t(`answer.now.${stage}`)}</th>
            {stage === 0 && <th scope="col">{t('answer.later')}</th>}
            {stage === 0 && (
              <th scope="col" className={styles.end}>
                {t('answer.refused')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {progress.map((each, place) => {
            const line = lines[place];
            if (!line) return null;
            const cut = refused(each, line);
            return (
              <tr key={each.line}>
                <td>{each.line}</td>
                <td>
                  <bdi>{each.description || each.item}</bdi>{' '}
                  {each.description && <bdi className="mono meta">{each.item}</bdi>}
                </td>
                <td className={styles.end}>
                  {number(each.ordered)} {each.unit === 'each' ? '' : each.unit}
                </td>
                {stage > 0 && <td className={styles.end}>{number(each.accepted)}</td>}
                {stage > 0 && <td className={styles.end}>{number(each.shipped)}</td>}
                {stage > 1 && <td className={styles.end}>{number(each.invoiced)}</td>}
                <td>
                  <TextInput
                    size="xs"
                    w={90}
                    aria-label={t('answer.nowOf', { line: each.line })}
                    inputMode="decimal"
                    value={line.quantity}
                    onChange={(event) => set(place, { quantity: event.currentTarget.value })}
                  />
                </td>
                {stage === 0 && (
                  <td>
                    <TextInput
                      size="xs"
                      w={90}
                      aria-label={t('answer.laterOf', { line: each.line })}
                      inputMode="decimal"
                      value={line.later}
                      onChange={(event) => set(place, { later: event.currentTarget.value })}
                    />
                  </td>
                )}
                {stage === 0 && <td className={styles.end}>{cut > 0 ? number(String(cut)) : ''}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className={styles.actions}>
        <Button size="compact-xs" variant="default" onClick={() => all(({ proposed }) => proposed)}>
          {t(`answer.all.${stage}`)}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => all(() => '0')}>
          {t(`answer.none.${stage}`)}
        </Button>
      </div>
    </div>
  );
}
