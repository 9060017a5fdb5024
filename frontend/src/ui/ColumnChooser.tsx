import { Button, Checkbox, Popover, SegmentedControl, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Column } from './table/columns';
import type { Density } from './table/density';

interface Props<R> {
  columns: readonly Column<R>[];
  chosen: readonly string[] | null;
  onChoose: (ids: string[] | null) => void;
  density: Density;
  onDensity: (density: Density) => void;
}

/** Which columns a list shows and how high its rows are. */
export function ColumnChooser<R>({ columns, chosen, onChoose, density, onDensity }: Props<R>) {
  const { t } = useTranslation('ui');
  const choosable = columns.filter((column) => !column.fixed);
  const shown = chosen ?? choosable.filter((column) => !column.hidden).map((column) => column.id);
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={14} />}>
          {t('table.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="md">
        <Stack gap={8}>
          {choosable.map((column) => (
            <Checkbox
              key={column.id}
              label={column.header}
              checked={shown.includes(column.id)}
              onChange={(event) =>
                onChoose(
                  event.currentTarget.checked
                    ? [...shown, column.id]
                    : shown.filter((other) => other !== column.id),
                )
              }
            />
          ))}
          <Button variant="subtle" color="gray" disabled={chosen === null} onClick={() => onChoose(null)}>
            {t('table.resetColumns')}
          </Button>
          <SegmentedControl
            fullWidth
            aria-label={t('table.density')}
            value={density}
            onChange={(value) => onDensity(value as Density)}
            data={[
              { value: 'compact', label: t('table.compact') },
              { value: 'normal', label: t('table.normal') },
            ]}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
