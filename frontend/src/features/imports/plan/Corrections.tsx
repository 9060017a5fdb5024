import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportBatch, useEdits, useTakeBackEdit } from '@/api';
import { Change, NoticeLine, showDone } from '@/ui';
import styles from './Plan.module.css';

/** The corrections that lie over the file: seen together, and each can be taken back while the plan waits. */
export function Corrections({ batch }: { batch: ImportBatch }) {
  const { t } = useTranslation('imports');
  const [open, setOpen] = useState(false);
  const edits = useEdits(batch.id, true).data ?? [];
  const back = useTakeBackEdit(batch.id);
  if (edits.length === 0) return null;
  return (
    <NoticeLine
      state="quiet"
      action={
        <Popover opened={open} onChange={setOpen} position="bottom-end" width={440} trapFocus>
          <Popover.Target>
            <Button size="compact-xs" variant="default" onClick={() => setOpen(!open)}>
              {t('edits.show', { count: edits.length })}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <ul className={styles.edits} aria-label={t('edits.title')}>
              {edits.map((edit) => (
                <li key={edit.id}>
                  <span className={styles.editWhat}>
                    <span className={styles.soft}>
                      <bdi>{edit.column}</bdi>,{' '}
                      {edit.row ? t('edits.row', { row: edit.row }) : t('edits.everyRow')}
                    </span>
                    <Change before={edit.from} after={edit.value} />
                  </span>
                  {batch.state === 'planned' && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      loading={back.isPending && back.variables === edit.id}
                      onClick={() =>
                        back.mutate(edit.id, { onSuccess: () => showDone(t('edits.takenBack')) })
                      }
                    >
                      {t('edits.takeBack')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </Popover.Dropdown>
        </Popover>
      }
    >
      {t('edits.note', { count: edits.length })}
    </NoticeLine>
  );
}
