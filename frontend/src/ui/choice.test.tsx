import { MantineProvider } from '@mantine/core';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LocaleContext } from '@/lib/locale';
import { CurrencySelect } from '@/ui';
import { theme } from './theme/theme';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('takes the first that fits on Enter, however fast it was typed', () => {
  const taken = vi.fn();
  render(
    <MantineProvider theme={theme}>
      <LocaleContext value={{ zone: 'UTC', language: 'en' }}>
        <CurrencySelect aria-label="Currency" none="none" value="" onChange={taken} />
      </LocaleContext>
    </MantineProvider>,
  );
  const field = screen.getByRole('combobox', { name: 'Currency' });
  act(() => field.focus());
  for (const value of ['u', 'us', 'usd']) fireEvent.change(field, { target: { value } });
  act(() => {
    vi.runAllTimers();
  });
  fireEvent.keyDown(field, { key: 'Enter', code: 'Enter' });
  expect(taken).toHaveBeenCalledWith('USD');
});
