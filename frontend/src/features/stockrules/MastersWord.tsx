import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type MasterWord, type StockRule, useMastersWord, useTakeMastersWord, useUndoRun } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href } from '@/lib/nav';
import { ErrorState, NoticeLine, Section, showDone, When } from '@/ui';
import styles from './stockrules.module.css';

/** What a channel that is the master of its stock says and the ledger does not have: counted with the next look, or, if it is much at once, by a person. */
export function MastersWord({ rule }: { rule: StockRule }) {
  const { t } = useTranslation('stockrules');
  const { language } = useLocale();
  const query = useMastersWord(rule.id);
  const take = useTakeMastersWord();
  const undo = useUndoRun();
  const word = query.data;
  const number = (n: number) => formatCount(n, language);
  return (
    <Section title={t('said.title', { name: rule.name })}>
      <p className={styles.soft}>
        {t(rule.master === 'books' ? 'said.booksWords' : 'said.words', { name: rule.name })}
      </p>
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {word?.held && (
        <NoticeLine state="needs_you">
          {word.held} {t('said.held')}
        </NoticeLine>
      )}
      {word && (
        <p>
          {word.levels === 0 && t(rule.master === 'books' ? 'said.booksNone' : 'said.none')}
          {word.levels > 0 &&
            word.differs === 0 &&
            t('said.same', { count: word.levels, number: number(word.levels) })}
          {word.differs > 0 &&
            t('said.differ', {
              count: word.levels,
              number: number(word.levels),
              differs: number(word.differs),
            })}
        </p>
      )}
      {word && word.rows.length > 0 && <Levels rows={word.rows} />}
      {word && word.differs > 0 && (
        <p>
          <Button
            variant={word.held ? 'filled' : 'default'}
            loading={take.isPending}
            onClick={() =>
              take.mutate(rule.id, {
                onSuccess: (run) =>
                  showDone(
                    t('said.done', {
                      count: run.counts.counted ?? 0,
                      number: number(run.counts.counted ?? 0),
                    }),
                    () => undo.mutate(run.id),
                  ),
              })
            }
          >
            {t('said.take', { count: word.differs, number: number(word.differs) })}
          </Button>
        </p>
      )}
    </Section>
  );
}

function Levels({ rows }: { rows: MasterWord['rows'] }) {
  const { t } = useTranslation('stockrules');
  const { language } = useLocale();
  const quantity = (value: number | string | null) =>
    value === null ? (
      <span className={styles.soft}>{t('said.untracked')}</span>
    ) : (
      formatQuantity(String(value), language)
    );
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('column.product')}</th>
          <th scope="col">{t('said.location')}</th>
          <th scope="col" className={styles.end}>
            {t('said.shown')}
          </th>
          <th scope="col" className={styles.end}>
            {t('said.waits')}
          </th>
          <th scope="col" className={styles.end}>
            {t('said.found')}
          </th>
          <th scope="col" className={styles.end}>
            {t('said.onHand')}
          </th>
          <th scope="col">{t('said.at')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.variant} ${row.location}`}>
            <td>
              <a href={href(`/stock/${row.variant}`)}>
                <bdi className="mono">{row.sku || row.title}</bdi>
              </a>
            </td>
            <td>{row.location && <bdi>{row.location}</bdi>}</td>
            <td className={styles.end}>{quantity(row.shown)}</td>
            <td className={styles.end}>{quantity(row.waits)}</td>
            <td className={styles.end}>{quantity(row.found)}</td>
            <td className={styles.end}>{quantity(row.on_hand)}</td>
            <td className={styles.soft}>{row.at && <When at={row.at} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
