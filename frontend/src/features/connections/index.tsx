export { ConnectionPage } from './ConnectionPage';
export { ConnectionsPage } from './ConnectionsPage';
export { ConnectPage } from './ConnectPage';
