/** The order files of the tests, written by hand: what a small shop's exports look like. */

export const shopifyColumns = [
  'Name',
  'Email',
  'Financial Status',
  'Paid at',
  'Fulfillment Status',
  'Fulfilled at',
  'Accepts Marketing',
  'Currency',
  'Subtotal',
  'Shipping',
  'Taxes',
  'Total',
  'Discount Code',
  'Discount Amount',
  'Shipping Method',
  'Created at',
  'Lineitem quantity',
  'Lineitem name',
  'Lineitem price',
  'Lineitem compare at price',
  'Lineitem sku',
  'Lineitem requires shipping',
  'Lineitem taxable',
  'Lineitem fulfillment status',
  'Shipping Name',
  'Shipping Street',
  'Shipping Address1',
  'Shipping City',
  'Shipping Zip',
  'Shipping Province',
  'Shipping Country',
  'Notes',
  'Cancelled at',
  'Payment Method',
  'Vendor',
  'Id',
  'Tags',
  'Risk Level',
  'Source',
];

export const order = (name, placed, total, more) => ({
  Name: name,
  'Financial Status': 'paid',
  'Fulfillment Status': 'unfulfilled',
  'Accepts Marketing': 'no',
  Currency: 'USD',
  Subtotal: total,
  Shipping: '0.00',
  Taxes: '0.00',
  Total: total,
  'Discount Amount': '0.00',
  'Shipping Method': 'Standard',
  'Created at': placed,
  'Paid at': placed,
  'Lineitem requires shipping': 'true',
  'Lineitem taxable': 'true',
  'Lineitem fulfillment status': 'pending',
  'Shipping Street': '1 Harbour Lane',
  'Shipping Address1': '1 Harbour Lane',
  'Shipping City': 'Portland',
  'Shipping Zip': "'04101",
  'Shipping Province': 'ME',
  'Shipping Country': 'US',
  'Payment Method': 'Shopify Payments',
  Vendor: 'Harbour Goods',
  Source: 'web',
  ...more,
});
export const line = (quantity, name, price, sku) => ({
  'Lineitem quantity': quantity,
  'Lineitem name': name,
  'Lineitem price': price,
  'Lineitem sku': sku,
});

export const csv = (columns, records) =>
  [columns, ...records.map((record) => columns.map((column) => record[column] ?? ''))]
    .map((cells) =>
      cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','),
    )
    .join('\r\n')
    .concat('\r\n');

const shopifyRecords = [
  order('#2001', '2026-11-20 09:14:01 -0500', '48.30', {
    Email: 'ada@harbour.example',
    'Shipping Name': 'Ada Lovelace',
    Tags: 'gift',
    Id: '7000000002001',
    ...line('2', 'Mug, blue', '14.50', 'MUG-BLU-2'),
  }),
  {
    Name: '#2001',
    Email: 'ada@harbour.example',
    'Created at': '2026-11-20 09:14:01 -0500',
    ...line('1', 'Tea towel', '19.30', 'TOWEL-1'),
  },
  order('#2002', '2026-11-20 11:40:00 -0500', '89.00', {
    Email: 'grace@harbour.example',
    'Shipping Name': 'Grace Hopper',
    Id: '7000000002002',
    ...line('1', 'Silver ring', '89.00', 'RING-01'),
  }),
  order('#2003', '2026-11-21 08:02:30 -0500', '24.00', {
    Email: 'zoe@harbour.example',
    'Shipping Name': 'Zoë O’Connor',
    Id: '7000000002003',
    ...line('1', 'Shirt, medium', '24.00', 'SHIRT-M'),
  }),
];

/** Three orders, one of two lines. */
export const shopify = { name: 'orders_export.csv', text: csv(shopifyColumns, shopifyRecords) };

/** The second order's total and the third's date cannot be read; the first is fine. */
export const shopifyBad = {
  name: 'orders_bad.csv',
  text: csv(
    shopifyColumns,
    shopifyRecords.map((record) => {
      if (record.Name === '#2002') return { ...record, Total: '12,3x' };
      if (record.Name === '#2003') return { ...record, 'Created at': 'last Tuesday' };
      return record;
    }),
  ),
};

/** As many orders as a list needs to scroll. */
export const shopifyMany = (count) => ({
  name: 'orders_many.csv',
  text: csv(
    shopifyColumns,
    Array.from({ length: count }, (_, at) =>
      order(`#${3001 + at}`, `2026-11-${String(1 + (at % 20)).padStart(2, '0')} 10:00:00 -0500`, '14.50', {
        Email: `buyer${at}@harbour.example`,
        'Shipping Name': `Buyer ${at}`,
        Id: String(7000000003001 + at),
        ...line('1', 'Mug, blue', '14.50', 'MUG-BLU-2'),
      }),
    ),
  ),
});

const amazonColumns =
  'order-id order-item-id purchase-date payments-date buyer-email buyer-name buyer-phone-number sku product-name quantity-purchased currency item-price item-tax shipping-price shipping-tax ship-service-level recipient-name ship-address-1 ship-address-2 ship-address-3 ship-city ship-state ship-postal-code ship-country ship-phone-number';
const amazonRows = [
  '113-5550001-0000001|50000000000001|2026-11-21T10:00:00-08:00|2026-11-21T10:00:05-08:00|b1@marketplace.example|Katherine Johnson||WID-L|Widget, large|2|USD|39.98|1.65|0.00|0.00|Standard|Katherine Johnson|9 Elm Road|||Austin|TX|73301|US|',
  '113-5550001-0000001|50000000000002|2026-11-21T10:00:00-08:00|2026-11-21T10:00:05-08:00|b1@marketplace.example|Katherine Johnson||WID-S|Widget, small|1|USD|9.99|0.41|0.00|0.00|Standard|Katherine Johnson|9 Elm Road|||Austin|TX|73301|US|',
  '113-5550002-0000002|50000000000003|2026-11-21T12:30:00-08:00|2026-11-21T12:30:05-08:00|b2@marketplace.example|Mary Jackson||WID-S|Widget, small|1|USD|9.99|0.41|4.99|0.00|Expedited|Mary Jackson|12 Oak Street|||Salem|OR|97301|US|',
];

/** Two orders, one of two lines; the report states no totals. */
export const amazon = {
  name: 'amazon-orders.txt',
  text: [amazonColumns.replaceAll(' ', '\t'), ...amazonRows.map((row) => row.replaceAll('|', '\t'))]
    .join('\n')
    .concat('\n'),
};

export const unknown = { name: 'recipes.csv', text: 'Dish,Minutes,Guests\nSoup,40,4\nBread,180,8\n' };
