import { createContext, useContext } from 'react';

export type Density = 'compact' | 'normal';
export const DensityContext = createContext<Density>('compact');

/** The height of a table row; --tp-row in the style sheet says the same. */
export const useRowHeight = (): number => (useContext(DensityContext) === 'normal' ? 42 : 34);
