/** A value of a document with the path to it: "line_items[0].sku". */
interface Leaf {
  path: string;
  value: string;
}

/** Every value of a JSON document in its order. Texts are as they are, the rest as JSON writes it; null is empty. */
export function leaves(document: unknown, path = ''): Leaf[] {
  if (Array.isArray(document) && document.length > 0)
    return document.flatMap((each, place) => leaves(each, `${path}[${place}]`));
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
    const entries = Object.entries(document);
    if (entries.length > 0)
      return entries.flatMap(([name, value]) => leaves(value, path ? `${path}.${name}` : name));
  }
  const empty = document === null || typeof document === 'object';
  return [{ path, value: empty ? '' : typeof document === 'string' ? document : JSON.stringify(document) }];
}

/** Paths as connectors write them ("line_items.0.sku", "$.total") in one form. */
export const samePath = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (path: string) =>
  path
    .replace(/^\$\.?/, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .toLowerCase();
