import { describe, expect, it } from 'vitest';
import { addAmounts, currencyDigits, formatAmount, isZero } from './money';

describe('formatAmount', () => {
  it.each([
    ['48.3', 'USD', '48.30'],
    ['1234567.5', 'USD', '1,234,567.50'],
    ['12301', 'JPY', '12,301'],
    ['12301.00', 'JPY', '12,301'],
    ['212.2865', 'KWD', '212.2865'],
    ['2', 'KWD', '2.000'],
    ['-4.9', 'EUR', '−4.90'],
    ['0.00345', 'USD', '0.00345'],
    ['123456789012345678901.10', 'USD', '123,456,789,012,345,678,901.10'],
    ['oddly written', 'USD', 'oddly written'],
    ['1.5', '', '1.50'],
  ])('%s %s reads %s', (amount, currency, words) => {
    expect(formatAmount(amount, currency, 'en-US')).toBe(words);
  });

  it('uses the separators of the language', () => {
    expect(formatAmount('1234.5', 'EUR', 'de-DE')).toBe('1.234,50');
  });
});

describe('exact sums', () => {
  it('adds decimal strings without rounding', () => {
    expect(addAmounts(['0.1', '0.2'])).toBe('0.3');
    expect(addAmounts(['10', '-10.005'])).toBe('-0.005');
    expect(addAmounts([])).toBe('0');
  });

  it('knows currencies without and with three decimals', () => {
    expect([currencyDigits('JPY'), currencyDigits('KWD'), currencyDigits('?!')]).toEqual([0, 3, 2]);
  });

  it('knows every way to write zero', () => {
    expect(['0', '0.00', '-0.0'].every(isZero)).toBe(true);
    expect(['0.01', '-1', '10'].some(isZero)).toBe(false);
  });
});
