import { notifications } from '@mantine/notifications';
import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type KeptFile, usePlanImport, useTakeFilePath, useUploadFile } from '@/api';
import { useGo } from '@/lib/nav';
import { showDone, showProblem, wordsOf } from '@/ui';
import { destination, type Taken } from './destination';
import { type Came, keepCame, keepFile } from './keptFiles';

export type Source = File | string;

/** One intake at a time: a second drop waits until the first is read. */
let queue: Promise<void> = Promise.resolve();
const noteId = 'intake';

/** Takes files in (bytes in a browser, paths in the window), plans each, and goes where there is something to look at. */
export function useIntake(): (sources: readonly Source[]) => void {
  const { t } = useTranslation('imports');
  const go = useGo();
  const { mutateAsync: upload } = useUploadFile();
  const { mutateAsync: takePath } = useTakeFilePath();
  const { mutateAsync: plan } = usePlanImport();

  return useCallback(
    (sources) => {
      const one = async (file: KeptFile): Promise<Taken> => {
        keepFile(file);
        if (!file.recognition) return { file: file.id, name: file.name, batch: null };
        const asked = {
          file: file.id,
          file_name: file.name,
          format: 'auto',
          channel: '',
          zone: '',
          currency: '',
          mode: 'merge',
        };
        return { file: file.id, name: file.name, batch: (await plan({ ...asked, mode: 'merge' })).id };
      };
      /** Takes a source in: one file, or all that an archive holds. One nobody knows is listed with the rest. */
      const receive = async (source: Source): Promise<KeptFile[]> => {
        const file: KeptFile = await (typeof source === 'string' ? takePath(source) : upload(source));
        return [{ ...file, others: [] }, ...(file.others ?? [])];
      };
      const all = async () => {
        const taken: Taken[] = [];
        const failed: Came[] = [];
        for (const [place, source] of sources.entries()) {
          const name = typeof source === 'string' ? baseName(source) : source.name;
          sayReading(t('intake.reading', { name, place: place + 1, count: sources.length }));
          try {
            for (const file of await receive(source)) taken.push(await one(file));
          } catch (error) {
            // Every other problem has said so itself (App.tsx).
            if (error instanceof ApiError && error.problem.field) showProblem(error);
            if (sources.length > 1)
              failed.push({ file: null, name, batch: null, problem: wordsOf(error, '').message });
          }
        }
        notifications.hide(noteId);
        if (taken.length > 1 || failed.length > 0)
          keepCame([
            ...taken.map(({ file, name, batch }) => ({ file, name, batch, problem: '' })),
            ...failed,
          ]);
        const where = failed.length > 0 && sources.length > 1 ? '/import' : destination(taken);
        if (where) go(where);
        if (taken.length > 1) showDone(cameWords(t, taken));
      };
      if (sources.length > 0) queue = queue.then(all, all);
    },
    [t, go, upload, takePath, plan],
  );
}

/** What to do with many files next; one that nobody knows has no plan yet. */
function cameWords(t: TFunction<'imports'>, taken: readonly Taken[]): string {
  const known = taken.filter(({ batch }) => batch !== null).length;
  const words = known > 0 ? [t('intake.several', { count: known })] : [];
  if (known < taken.length) words.push(t('intake.unknown', { count: taken.length - known }));
  return words.join(' ');
}

let reading = false;
function sayReading(message: string): void {
  const note = { id: noteId, message, autoClose: false as const, withCloseButton: false, color: 'teal' };
  if (reading) notifications.update(note);
  else notifications.show({ ...note, onClose: () => (reading = false) });
  reading = true;
}

const baseName = (path: string): string => path.split(/[\\/]/).pop() ?? path;
