import type { Schemas } from './types';

export type Books = Schemas['Books'];
export type BooksPosting = Schemas['BooksPosting'];
export type BooksLine = Schemas['BooksLine'];
export type BooksProblem = Schemas['BooksProblem'];
export type BooksDay = Schemas['BooksDay'];
export type BooksTotal = Schemas['BooksTotal'];
export type BooksSetup = Schemas['BooksSetup'];
export type BooksMapping = Schemas['BooksMapping'];
export type BooksRule = Schemas['BooksRule'];
export type BooksTarget = Schemas['BooksTarget'];
export type BooksEntry = Schemas['BooksEntry'];
export type BooksStock = Schemas['BooksStock'];
export type PostingMovement = Schemas['PostingMovement'];
export type BooksPreview = Schemas['BooksPreview'];
export type BooksFile = Schemas['BooksFile'];
export type PostingState = BooksPosting['state'];
