import { useTranslation } from 'react-i18next';
import { useDismissQuarantine } from '@/api';
import { Confirm, showDone } from '@/ui';

interface Props {
  ids: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

/** Says what dismissing means before it is done. */
export function DismissDialog({ ids, onClose, onDone }: Props) {
  const { t } = useTranslation('quarantine');
  const dismiss = useDismissQuarantine();
  const count = ids.length;
  return (
    <Confirm
      title={t('dismiss.title', { count })}
      action={t('dismiss.go', { count })}
      danger
      busy={dismiss.isPending}
      onClose={onClose}
      onConfirm={() =>
        dismiss.mutate([...ids], {
          onSuccess: () => {
            onClose();
            onDone();
            showDone(t('dismiss.done', { count }));
          },
        })
      }
    >
      {t('dismiss.words', { count })}
    </Confirm>
  );
}
