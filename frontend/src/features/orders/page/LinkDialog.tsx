import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OrderLine } from '@/api';
import { LinkForm } from './LinkForm';

interface Props {
  line: OrderLine | null;
  onClose: () => void;
}

/** Says which product a line of this listing is: the suggestion, another one, or a new one. */
export function LinkDialog({ line, onClose }: Props) {
  const { t } = useTranslation('orders');
  return (
    <Modal opened={line !== null} onClose={onClose} title={t('link.title')} size={520}>
      {line && line.listing !== null && (
        <LinkForm
          listing={line.listing}
          sku={line.sku ?? ''}
          title={line.title}
          suggestion={null}
          onDone={onClose}
        />
      )}
    </Modal>
  );
}
