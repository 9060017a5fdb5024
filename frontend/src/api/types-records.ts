import type { Schemas } from './types';

export type Product = Schemas['Product'];
export type ProductPage = Schemas['ProductList'];
export type Customer = Schemas['Customer'];
export type CustomerPage = Schemas['CustomerList'];
export type Stock = Schemas['Stock'];
export type StockPage = Schemas['StockList'];
