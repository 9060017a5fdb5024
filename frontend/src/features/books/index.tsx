export { BooksPage } from './BooksPage';
export { MappingPage as BooksMappingPage } from './MappingPage';
