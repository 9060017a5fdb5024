import type { Schemas } from './types';

export type Product = Schemas['Product'];
export type ProductPage = Schemas['ProductList'];
export type Customer = Schemas['Customer'];
export type CustomerPage = Schemas['CustomerList'];
export type Stock = Schemas['Stock'];
export type StockPage = Schemas['StockList'];
export type StockOne = Schemas['StockOne'];
export type StockExplanation = Schemas['StockExplanation'];
export type StockReasons = Schemas['StockReasons'];
export type StockClaim = Schemas['StockClaim'];
export type StockEntry = Schemas['StockEntry'];
export type StockEntryPage = Schemas['StockEntries'];
export type StockCourse = Schemas['StockCourse'];
export type StockWritten = Schemas['StockWritten'];
export type StockLocations = Schemas['LocationList'];
