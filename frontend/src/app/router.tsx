import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type RouteComponent,
} from '@tanstack/react-router';
import { ActivityPage, RunPage } from '@/features/activity';
import { BooksMappingPage, BooksPage } from '@/features/books';
import { KitPage, KitsPage, PurchasePage, PurchasesPage, SupplierPage } from '@/features/buying';
import { ConnectionPage, ConnectionsPage, ConnectPage } from '@/features/connections';
import { EdiAnswerPage, EdiDocumentPage, EdiPage } from '@/features/edi';
import { ExportPage, ExportsPage } from '@/features/exports';
import { HomePage } from '@/features/home';
import { ImportPage, ImportsPage, LayoutsPage, MappingPage } from '@/features/imports';
import { ListingsPage, PriceRulesPage } from '@/features/listings';
import { OrderPage, OrdersPage } from '@/features/orders';
import { LocationsPage, StocktakePage, StocktakesPage, TransferPage, TransfersPage } from '@/features/places';
import { PlanPage, PlansPage } from '@/features/plans';
import { ProductPage } from '@/features/products';
import { QuarantinePage } from '@/features/quarantine';
import { CustomersPage, ProductsPage } from '@/features/records';
import { SchedulesPage } from '@/features/schedules';
import { SettingsPage } from '@/features/settings';
import { DriftPage, OversoldPage, StockPage, VariantPage } from '@/features/stock';
import { StockRulesPage } from '@/features/stockrules';
import { readSearch, writeSearch } from '@/lib/nav';
import { Frame } from './frame/Frame';
import { NotFound } from './frame/NotFound';
import { PageError } from './frame/PageError';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });
const page = (path: string, component: RouteComponent) =>
  createRoute({ getParentRoute: () => root, path, component });

const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$id',
  component: () => <OrderPage id={order.useParams().id} />,
});
const product = createRoute({
  getParentRoute: () => root,
  path: '/products/$id',
  component: () => <ProductPage id={product.useParams().id} />,
});
const variant = createRoute({
  getParentRoute: () => root,
  path: '/stock/$id',
  component: () => <VariantPage id={variant.useParams().id} />,
});
const transfer = createRoute({
  getParentRoute: () => root,
  path: '/stock/transfers/$id',
  component: () => <TransferPage id={transfer.useParams().id} />,
});
const stocktake = createRoute({
  getParentRoute: () => root,
  path: '/stock/stocktakes/$id',
  component: () => <StocktakePage id={stocktake.useParams().id} />,
});
const purchase = createRoute({
  getParentRoute: () => root,
  path: '/purchases/$id',
  component: () => <PurchasePage id={purchase.useParams().id} />,
});
const supplier = createRoute({
  getParentRoute: () => root,
  path: '/suppliers/$id',
  component: () => <SupplierPage id={supplier.useParams().id} />,
});
const kit = createRoute({
  getParentRoute: () => root,
  path: '/kits/$id',
  component: () => <KitPage id={kit.useParams().id} />,
});
const batch = createRoute({
  getParentRoute: () => root,
  path: '/import/$id',
  component: () => <ImportPage id={batch.useParams().id} />,
});
const template = createRoute({
  getParentRoute: () => root,
  path: '/exports/$id',
  component: () => <ExportPage id={template.useParams().id} />,
});
const connection = createRoute({
  getParentRoute: () => root,
  path: '/connections/$id',
  component: () => <ConnectionPage id={connection.useParams().id} />,
});
const plan = createRoute({
  getParentRoute: () => root,
  path: '/plans/$id',
  component: () => <PlanPage id={plan.useParams().id} />,
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/activity/$id',
  component: () => <RunPage id={run.useParams().id} />,
});

const ediDocument = createRoute({
  getParentRoute: () => root,
  path: '/edi/$id',
  component: () => <EdiDocumentPage id={ediDocument.useParams().id} />,
});
const ediAnswer = createRoute({
  getParentRoute: () => root,
  path: '/edi/$id/answer',
  component: () => <EdiAnswerPage id={ediAnswer.useParams().id} />,
});

const routeTree = root.addChildren([
  page('/', HomePage),
  page('/orders', OrdersPage),
  order,
  page('/stock', StockPage),
  page('/stock/locations', LocationsPage),
  page('/stock/transfers', TransfersPage),
  transfer,
  page('/stock/stocktakes', StocktakesPage),
  stocktake,
  page('/stock/drift', DriftPage),
  page('/stock/oversold', OversoldPage),
  variant,
  page('/purchases', PurchasesPage),
  purchase,
  supplier,
  page('/kits', KitsPage),
  kit,
  page('/products', ProductsPage),
  product,
  page('/listings', ListingsPage),
  page('/prices', PriceRulesPage),
  page('/stock/rules', StockRulesPage),
  page('/customers', CustomersPage),
  page('/books', BooksPage),
  page('/books/mapping', BooksMappingPage),
  page('/connections', ConnectionsPage),
  page('/connections/new', ConnectPage),
  connection,
  page('/plans', PlansPage),
  plan,
  page('/import', ImportsPage),
  page('/import/map', MappingPage),
  page('/import/layouts', LayoutsPage),
  batch,
  page('/exports', ExportsPage),
  template,
  page('/schedules', SchedulesPage),
  page('/activity', ActivityPage),
  run,
  page('/edi', EdiPage),
  ediDocument,
  ediAnswer,
  page('/quarantine', QuarantinePage),
  page('/settings', SettingsPage),
]);

export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultErrorComponent: PageError,
  // Pages keep their own place (lib/pageState), by list row rather than by pixel.
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
