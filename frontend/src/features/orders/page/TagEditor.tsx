import { Autocomplete, Button } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Order, useOrderCounts } from '@/api';
import { Section } from '@/ui';
import styles from './TagEditor.module.css';

interface Props {
  order: Order;
  adding: boolean;
  onAdding: (on: boolean) => void;
  onTag: (tag: string) => void;
  onUntag: (tag: string) => void;
}

export function TagEditor({ order, adding, onAdding, onTag, onUntag }: Props) {
  const { t } = useTranslation('orders');
  const known = useOrderCounts().data?.tags.map(({ tag }) => tag) ?? [];
  const [text, setText] = useState('');
  const take = (tag: string) => {
    setText('');
    onAdding(false);
    if (tag.trim()) onTag(tag.trim());
  };
  return (
    <Section title={t('column.tags')}>
      <div className={styles.tags}>
        {order.tags.map((tag) => (
          <span key={tag} className={styles.tag}>
            <bdi>{tag}</bdi>
            <button type="button" aria-label={t('tags.remove', { tag })} onClick={() => onUntag(tag)}>
              <IconX size={12} aria-hidden />
            </button>
          </span>
        ))}
        {adding ? (
          <Autocomplete
            w={160}
            value={text}
            onChange={setText}
            onOptionSubmit={take}
            onBlur={() => onAdding(false)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') take(text);
              if (event.key === 'Escape') onAdding(false);
            }}
            data={known.filter((tag) => !order.tags.includes(tag))}
            aria-label={t('bulk.tagName')}
            placeholder={t('bulk.tagName')}
            autoFocus
          />
        ) : (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconPlus size={13} />}
            onClick={() => onAdding(true)}
          >
            {t('tags.add')}
          </Button>
        )}
      </div>
    </Section>
  );
}
