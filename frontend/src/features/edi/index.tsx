export { EdiAnswerPage } from './answer/AnswerPage';
export { EdiDocumentPage } from './document/DocumentPage';
export { EdiPage } from './EdiPage';
