import type { Product } from '@/api';

/** By what people know a variant: its SKU, else its title. */
export const nameOf = (product: Product): string => product.sku ?? product.title;
