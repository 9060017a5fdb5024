import type { components } from './schema.gen';

type Schemas = components['schemas'];

/** What is bought, what it costs, and kits. */
export type Supplier = Schemas['Supplier'];
export type SupplierPage = Schemas['SupplierList'];
export type SupplierChange = Schemas['SupplierChange'];
export type SupplierItem = Schemas['SupplierItem'];
export type SupplierItems = Schemas['SupplierItemList'];
export type Purchase = Schemas['Purchase'];
export type PurchaseLineWanted = Schemas['PurchaseLineWanted'];
export type PurchaseReceipt = Schemas['PurchaseReceipt'];
export type PurchaseCharge = Schemas['PurchaseCharge'];
export type PurchasePage = Schemas['PurchaseList'];
export type ReorderRule = Schemas['ReorderRule'];
export type ReorderRules = Schemas['ReorderRuleList'];
export type ReorderNeed = Schemas['ReorderNeed'];
export type ReorderNeeds = Schemas['ReorderNeedList'];
export type StockCosts = Schemas['StockCosts'];
export type StockWorth = Schemas['StockWorth'];
export type CostLayer = Schemas['CostLayer'];
export type StockValue = Schemas['StockValue'];
export type OrderCosts = Schemas['OrderCosts'];
export type Kit = Schemas['Kit'];
export type KitPage = Schemas['KitList'];
