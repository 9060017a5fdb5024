import { useTranslation } from 'react-i18next';
import { useFormats } from '@/api';
import { ErrorState } from '@/ui';
import styles from './list.module.css';

/** The files Tradepost knows, each with where to get it. */
export function FormatList() {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  if (formats.error) return <ErrorState error={formats.error} onRetry={() => void formats.refetch()} />;
  if (!formats.data) return null;
  return (
    <section>
      <h2 className={styles.title}>{t('formats.title')}</h2>
      <ul className={styles.formats}>
        {formats.data.map(({ id, name, how_to_get }) => (
          <li key={id}>
            <strong>{name}</strong>
            <p>{how_to_get}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
