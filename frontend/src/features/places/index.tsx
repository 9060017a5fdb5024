export { LocationsPage } from './LocationsPage';
export { StocktakePage } from './StocktakePage';
export { StocktakesPage } from './StocktakesPage';
export { TransferPage } from './TransferPage';
export { TransfersPage } from './TransfersPage';
