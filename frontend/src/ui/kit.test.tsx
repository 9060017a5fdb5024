import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { LocaleContext } from '@/lib/locale';
import { BulkBar, Change, ErrorState, Facts, Money, StateBadge, When } from '@/ui';
import { stack } from './stack';

const show = (node: ReactNode): Element => {
  const { container } = render(
    <MantineProvider>
      <LocaleContext value={{ zone: 'America/New_York', language: 'en-US' }}>
        <div data-shown>{node}</div>
      </LocaleContext>
    </MantineProvider>,
  );
  return container.querySelector('[data-shown]') ?? container;
};

describe('Money', () => {
  it('marks a sum of ours as computed', () => {
    show(<Money amount={null} computed="48.3" currency="USD" />);
    expect(screen.getByText('48.30').className).toContain('computed');
    expect(screen.getByText(/source states no amount/).className).toBe('sr');
  });

  it('says that nothing is stated, or leaves a cell empty, but never shows zero', () => {
    expect(show(<Money amount={null} currency="USD" missing="words" />).textContent).toContain('not stated');
    expect(
      show(
        <span data-testid="cell">
          <Money amount={null} currency="USD" />
        </span>,
      ).textContent,
    ).toBe('');
  });
});

it('shows the exact time and its zone on hover', () => {
  show(<When at="2026-11-23T14:41:07Z" />);
  const time = document.querySelector('time');
  expect(time?.title).toContain('9:41:07');
  expect(time?.title).toContain('EST');
});

it('shows a day rather than how many months ago in columns', () => {
  show(<When at="2025-11-23T15:00:00Z" short />);
  expect(document.querySelector('time')?.textContent).toBe('Nov 23, 2025');
  expect(document.querySelector('time')?.title).toContain('10:00:00');
});

it('shows only the day where the source states no time', () => {
  show(<When at="2025-11-23T05:00:00Z" precision="day" />);
  expect(document.querySelector('time')?.textContent).toBe('Nov 23, 2025');
});

it('gives every state an icon beside its word', () => {
  const container = show(<StateBadge state="late">no order for 9 h</StateBadge>);
  expect(container.querySelector('svg')).not.toBeNull();
  expect(container.textContent).toBe('no order for 9 h');
});

it('says what is empty in a change', () => {
  expect(show(<Change before="" after="gift" />).textContent).toContain('nothing');
});

it('leaves empty facts out', () => {
  const container = show(
    <Facts
      items={[
        { label: 'Risk', value: '' },
        { label: 'Source', value: 'web' },
      ]}
    />,
  );
  expect(container.textContent).toBe('Sourceweb');
});

it('says words and remedy of a problem, never a code', () => {
  show(<ErrorState error={{ problem: { detail: 'It is in use.', remedy: 'Close it.', code: 'E42' } }} />);
  expect(screen.getByRole('alert').textContent).toBe('It is in use. Close it.');
});

it('says exactly how many are selected', () => {
  const none = () => {};
  const bar = (all: boolean, selected: number, matching: number | null) =>
    show(
      <BulkBar selected={selected} matching={matching} all={all} onAll={none} onNone={none}>
        {null}
      </BulkBar>,
    ).textContent;
  expect(bar(false, 14, 812)).toContain('14 selected (of 812 matching)');
  expect(bar(true, 812, 812)).toContain('All 812 matching are selected');
  expect(bar(false, 14, null)).toContain('14 selected');
  expect(bar(false, 14, null)).toContain('Select all matching');
  expect(bar(true, 0, null)).toContain('All matching are selected');
});

it('stacks bars from the bottom', () => {
  expect(
    stack([
      [1, 2],
      [3, 4],
      [5, 0],
    ]),
  ).toEqual([
    [1, 2],
    [4, 6],
    [9, 6],
  ]);
});
