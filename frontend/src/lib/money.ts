/** Decimal strings in, words for the eye out. Amounts never become floating point numbers on the way. */

const digitsOf = new Map<string, number>();

/** How many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD; 2 for what Intl does not know. */
export function currencyDigits(currency: string): number {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  let digits = 2;
  try {
    const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    digits = options.minimumFractionDigits ?? 2;
  } catch {
    digits = 2;
  }
  digitsOf.set(currency, digits);
  return digits;
}

const formats = new Map<string, { group: string; decimal: string }>();

function separators(locale: string) {
  const known = formats.get(locale);
  if (known) return known;
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(-1234567.8);
  const find = (type: string, other: string) => parts.find((part) => part.type === type)?.value ?? other;
  const found = { group: find('group', ','), decimal: find('decimal', '.') };
  formats.set(locale, found);
  return found;
}

/** Formats a decimal string in the locale's manner, with the currency's decimals or more if stated. */
export function formatAmount(amount: string, currency: string, locale: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.trim());
  if (!match) return amount;
  const { group, decimal } = separators(locale);
  const digits = currencyDigits(currency);
  const sign = match[1] ? '−' : '';
  const whole = (match[2] ?? '0').replace(/\B(?=(\d{3})+$)/g, group);
  const stated = (match[3] ?? '').padEnd(digits, '0');
  let fraction = stated;
  while (fraction.length > digits && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return `${sign}${whole}${fraction ? decimal + fraction : ''}`;
}

/** Formats a quantity: a decimal string with no more decimals than it has. */
export function formatQuantity(quantity: string, locale: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(quantity.trim());
  if (!match) return quantity;
  const { group, decimal } = separators(locale);
  const whole = (match[2] ?? '0').replace(/\B(?=(\d{3})+$)/g, group);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  return `${match[1] ? '−' : ''}${whole}${fraction ? decimal + fraction : ''}`;
}

/** Adds decimal strings exactly. */
export function addAmounts(amounts: readonly string[]): string {
  const scale = amounts.reduce((most, amount) => Math.max(most, amount.split('.')[1]?.length ?? 0), 0);
  const sum = amounts.reduce((total, amount) => total + toUnits(amount, scale), 0n);
  return fromUnits(sum, scale);
}

function toUnits(amount: string, scale: number): bigint {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return negative ? -units : units;
}

function fromUnits(units: bigint, scale: number): string {
  const text = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const fraction = scale ? `.${text.slice(text.length - scale)}` : '';
  return `${units < 0n ? '-' : ''}${whole}${fraction}`;
}

export const isZero = (amount: string): boolean => /^-?0*(\.0*)?$/.test(amount);
