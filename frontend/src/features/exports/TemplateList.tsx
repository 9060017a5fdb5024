import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ExportTemplate, useExportTemplates } from '@/api';
import { useGo } from '@/lib/nav';
import { type Column, DataTable, insteadOf, When } from '@/ui';
import styles from './exports.module.css';

const templateId = ({ id }: ExportTemplate): string => id;
/** The list has one line for each; the hover and the editor have the rest. */
const firstSentence = (words = ''): string => words.split(/(?<=\.) /)[0] ?? '';
const templateName = ({ template }: ExportTemplate): string => template.name;

/** Templates: your own first, then those that ship with Tradepost. */
export function TemplateList() {
  const { t } = useTranslation('exports');
  const go = useGo();
  const list = useExportTemplates();
  const rows = useMemo(
    () => [...(list.data ?? [])].sort((a, b) => Number(a.built_in) - Number(b.built_in)),
    [list.data],
  );
  const columns = useMemo<Column<ExportTemplate>[]>(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 200,
        grow: 0.5,
        fixed: true,
        cell: ({ id, template }) => (
          <a href={`#/exports/${id}`} tabIndex={-1} className={styles.name} title={template.name}>
            {template.name}
          </a>
        ),
      },
      {
        id: 'about',
        header: t('column.about'),
        width: 380,
        grow: 3,
        cell: ({ template }) => (
          <span className="ellipsis" title={template.about}>
            {firstSentence(template.about)}
          </span>
        ),
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: 88,
        drop: 2,
        cell: ({ template }) => <span className={styles.soft}>{t(`kind.${template.kind as 'orders'}`)}</span>,
      },
      {
        id: 'format',
        header: t('column.format'),
        width: 62,
        drop: 1,
        cell: ({ template }) => <span className={styles.soft}>{template.format.toUpperCase()}</span>,
      },
      {
        id: 'from',
        header: t('column.from'),
        width: 84,
        drop: 3,
        cell: ({ built_in, changed_at }) =>
          built_in ? <span className={styles.soft}>{t('shipped')}</span> : <When at={changed_at} />,
      },
    ],
    [t],
  );
  return (
    <DataTable
      label={t('tab.templates')}
      storageKey="exports.templates"
      columns={columns}
      rows={rows}
      rowId={templateId}
      rowName={templateName}
      total={rows.length}
      loading={list.isPending}
      fit
      onOpen={({ id }) => go(`/exports/${id}`)}
      instead={insteadOf(list, rows, null)}
    />
  );
}
