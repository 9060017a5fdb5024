import activity from './activity.json';
import books from './books.json';
import buying from './buying.json';
import connections from './connections.json';
import edi from './edi.json';
import exports from './exports.json';
import frame from './frame.json';
import home from './home.json';
import imports from './imports.json';
import listings from './listings.json';
import mapping from './mapping.json';
import orders from './orders.json';
import places from './places.json';
import plans from './plans.json';
import products from './products.json';
import quarantine from './quarantine.json';
import records from './records.json';
import schedules from './schedules.json';
import settings from './settings.json';
import stock from './stock.json';
import stockrules from './stockrules.json';
import ui from './ui.json';

export const en = {
  activity,
  books,
  buying,
  connections,
  edi,
  exports,
  frame,
  home,
  imports,
  listings,
  mapping,
  orders,
  places,
  plans,
  products,
  quarantine,
  records,
  schedules,
  settings,
  stock,
  stockrules,
  ui,
};
