import type { EdiElement, EdiError, EdiSegment } from '@/api';

/** A piece of a segment as it came: plain, or an element with what it means and what is wrong with it. */
export interface Piece {
  text: string;
  element?: EdiElement;
  error?: EdiError;
}

/** The error that an element has, if any: its own, or one of the element that its component belongs to. */
export const errorOf = (segment: EdiSegment, element: EdiElement): EdiError | undefined =>
  segment.errors.find(
    (error) =>
      error.level !== 'hint' &&
      error.element === element.element &&
      (error.component === null || element.part === 0 || error.component === element.part),
  );

/** Cuts a segment into its elements and what stands between them. */
export function pieces(segment: EdiSegment): Piece[] {
  const all: Piece[] = [];
  let at = 0;
  for (const element of segment.elements) {
    if (element.at > at) all.push({ text: segment.raw.slice(at, element.at) });
    const error = errorOf(segment, element);
    at = element.at + element.length; // with release characters, which the value has not
    all.push({ text: segment.raw.slice(element.at, at), element, ...(error && { error }) });
  }
  if (at < segment.raw.length) all.push({ text: segment.raw.slice(at) });
  return all;
}
