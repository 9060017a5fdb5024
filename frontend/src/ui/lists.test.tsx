import { MantineProvider } from '@mantine/core';
import { render, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { handleKey } from '@/lib/keys';
import { Awaited, DataTable, Dialog, insteadOf, PlainTable, pagedBy, Walk } from '@/ui';

const show = (node: ReactNode) => render(<MantineProvider>{node}</MantineProvider>);
const press = (key: string) => handleKey(new KeyboardEvent('keydown', { key }));
const refetch = () => {};

describe('what stands for an answer', () => {
  it('says that it is read, then what went wrong, then nothing', () => {
    const { rerender } = show(<Awaited query={{ error: null, refetch }} />);
    expect(screen.getByRole('status').textContent).toContain('Reading');
    const wrong = { problem: { detail: 'It is in use.', remedy: 'Close it.' } };
    rerender(
      <MantineProvider>
        <Awaited query={{ error: wrong, refetch }} />
      </MantineProvider>,
    );
    expect(screen.getByRole('alert').textContent).toContain('It is in use. Close it.');
    rerender(
      <MantineProvider>
        <Awaited query={{ data: [], error: wrong, refetch }} />
      </MantineProvider>,
    );
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says none only of a list that was read and is empty', () => {
    const query = { isPending: true, error: null, refetch };
    expect(insteadOf(query, [], 'none')).toBeNull();
    expect(insteadOf({ ...query, isPending: false }, [], 'none')).toBe('none');
    expect(insteadOf({ ...query, isPending: false, error: new Error() }, [1], 'none')).toBeNull();
  });
});

describe('a list', () => {
  const rowId = (row: string) => row;
  const columns = [{ id: 'name', header: 'Name', width: 100, cell: (row: string) => row }];
  const list = {
    hasNextPage: true,
    isFetchingNextPage: false,
    isFetchNextPageError: false,
    isPending: false,
  };

  it('does not read on by itself once that failed', () => {
    const fetchNextPage = vi.fn();
    const table = (stuck: boolean) => (
      <MantineProvider>
        <DataTable
          label="Names"
          storageKey="names"
          columns={columns}
          rows={['a']}
          rowId={rowId}
          {...pagedBy({ ...list, isFetchNextPageError: stuck, fetchNextPage })}
        />
      </MantineProvider>
    );
    const { rerender } = render(table(false));
    expect(fetchNextPage).toHaveBeenCalledTimes(1);
    rerender(table(true));
    rerender(table(true));
    expect(fetchNextPage).toHaveBeenCalledTimes(1);
  });
});

it('names the columns of a plain table, also those that only readers hear of', () => {
  show(
    <PlainTable heads={['Product', { label: 'On hand', number: true }, { label: 'Edit', silent: true }]}>
      <tbody />
    </PlainTable>,
  );
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
    'Product',
    'On hand',
    'Edit',
  ]);
});

it('walks from row to row, also from a button beside the row’s link', () => {
  show(
    <Walk label="Plans">
      <ul>
        {['one', 'two', 'three'].map((name) => (
          <li key={name}>
            <a href={`#/${name}`} data-row>
              {name}
            </a>
            <button type="button">{`look at ${name}`}</button>
          </li>
        ))}
      </ul>
    </Walk>,
  );
  const focused = () => document.activeElement?.textContent;
  press('j');
  expect(focused()).toBe('one');
  press('ArrowDown');
  press('ArrowDown');
  press('ArrowDown');
  expect(focused()).toBe('three');
  screen.getByText('look at two').focus();
  press('k');
  expect(focused()).toBe('one');
  press('End');
  expect(focused()).toBe('three');
});

it('gives the focus back when a dialog goes', async () => {
  const page = (open: boolean) => (
    <MantineProvider>
      <button type="button">Add</button>
      {open && (
        <Dialog title="A location" onClose={() => {}}>
          <input data-autofocus />
        </Dialog>
      )}
    </MantineProvider>
  );
  const { rerender } = render(page(false));
  screen.getByText('Add').focus();
  rerender(page(true));
  (document.activeElement as HTMLElement).blur();
  rerender(page(false));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByText('Add')));
});
