import { crc32 } from 'node:zlib';

/** Files of layouts nobody knows, and of records other than orders, written by hand. */

const text = (...lines) => lines.join('\n').concat('\n');

/** A small German shop: its own column names, decimal commas, days that can be read two ways. */
export const ownLayout = (month, first) => ({
  name: `laden-2026-${month}.csv`,
  text: text(
    'Bestellnummer;Bestelldatum;Kunde;E-Mail;Strasse;PLZ;Ort;Land;Artikelnummer;Bezeichnung;Menge;Einzelpreis;Gesamtbetrag;Zahlung;Regal',
    `L-${first};03.${month}.2026;Frieda Anders;frieda@laden.example;Lindenweg 4;04109;Leipzig;DE;VASE-3;Vase, hoch;2;19,90;44,75;bezahlt;R2`,
    `L-${first};03.${month}.2026;Frieda Anders;frieda@laden.example;Lindenweg 4;04109;Leipzig;DE;KERZE-1;Kerze;1;4,95;44,75;bezahlt;R7`,
    `L-${first + 1};04.${month}.2026;Jonas Beck;jonas@laden.example;Am Markt 9;50667;Köln;DE;VASE-3;Vase, hoch;1;19,90;19,90;in Klärung;R2`,
    `L-${first + 2};05.${month}.2026;Aylin Demir;aylin@laden.example;Hafenstr. 12;20457;Hamburg;DE;TELLER-8;Teller, groß;4;12,50;50,00;bezahlt;R1`,
  ),
});

export const products = {
  name: 'products_export.csv',
  text: text(
    'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Price,Variant Barcode,Image Src,Status',
    'mug,Mug,<p>Holds 300 ml.</p>,Harbour Goods,Kitchen,gift,true,Colour,Blue,MUG-BLU,320,14.50,,,active',
    'mug,,,,,,,,White,MUG-WHT,320,14.50,,,',
    'towel,Tea towel,<p>Linen.</p>,Harbour Goods,Kitchen,,true,Title,Default Title,TOWEL-1,90,9.65,,,active',
  ),
};

/** A count as it comes from a clipboard: cells parted by tabs. */
export const countText = text(
  'SKU\tLocation\tOn hand',
  'MUG-BLU\tShop\t12',
  'MUG-WHT\tShop\t0',
  'TOWEL-1\tShop\t30',
);

/** Eighty columns, a few of which mean something. */
export const wide = {
  name: 'wide.csv',
  text: text(
    [
      'Order ref',
      'Ordered on',
      'Item code',
      'Qty',
      ...Array.from({ length: 76 }, (_, at) => `Spare ${at + 1}`),
    ].join(','),
    [
      'A-1',
      '2026-11-20',
      'MUG-BLU',
      '2',
      ...Array.from({ length: 76 }, (_, at) => (at % 3 ? '' : `v${at}`)),
    ].join(','),
    [
      'A-2',
      '2026-11-21',
      'TOWEL-1',
      '1',
      ...Array.from({ length: 76 }, (_, at) => (at % 3 ? '' : `w${at}`)),
    ].join(','),
  ),
};

/** A zip archive of text files, stored as they are. */
export function zipOf(...files) {
  const parts = [];
  const index = [];
  let at = 0;
  for (const { name, text: content } of files) {
    const [title, body] = [Buffer.from(name), Buffer.from(content)];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(body), 10);
    facts.writeUInt32LE(body.length, 14);
    facts.writeUInt32LE(body.length, 18);
    facts.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, title, body]);
    index.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), facts, place, title]));
    parts.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(index);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}
