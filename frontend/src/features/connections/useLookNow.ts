import { useTranslation } from 'react-i18next';
import { type Id, type StreamName, type SyncRequest, useLook } from '@/api';
import { showDone } from '@/ui';

/** Looks by hand, without waiting for the end: the page follows by itself. */
export function useLookNow() {
  const { t } = useTranslation('connections');
  const { mutate, isPending } = useLook();
  const lookNow = (
    { id, name }: { id: Id; name: string },
    stream: StreamName,
    request: Omit<SyncRequest, 'stream'> = {},
  ) =>
    mutate(
      { id, stream, ...request },
      {
        onSuccess: () => showDone(t('begun', { name, stream: t(`stream.${stream}`).toLowerCase() })),
      },
    );
  return { lookNow, isPending };
}
