import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en';

const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !name.includes('.test.'),
);

function flatten(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? [prefix + key] : flatten(inner as object, `${prefix}${key}.`),
  );
}
const known: Record<string, Set<string>> = Object.fromEntries(
  Object.entries(en).map(([name, texts]) => [name, new Set(flatten(texts))]),
);

/** A key is there, or its plural forms are; with a ${…} in it, at least one key has that shape. */
function exists(namespace: string, key: string): boolean {
  const keys = known[namespace] ?? new Set();
  if (!key.includes('${')) return keys.has(key) || (keys.has(`${key}_one`) && keys.has(`${key}_other`));
  const parts = key.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
  const shape = new RegExp(`^${parts.join('[^.]+')}(_one|_other)?$`);
  return [...keys].some((each) => shape.test(each));
}

describe('texts', () => {
  it.each(files)('%s uses only keys that exist', (name) => {
    const source = readFileSync(join(root, name), 'utf8');
    const namespace = /useTranslation\('(\w+)'\)/.exec(source)?.[1] ?? /TFunction<'(\w+)'>/.exec(source)?.[1];
    const missing = [...source.matchAll(/\bt\(\s*(['"`])((?:(?!\1).)+)\1/g)]
      .map((match) => match[2] ?? '')
      .map((key) => (key.includes(':') ? key.split(':') : [namespace ?? 'ui', key]))
      .filter(([space = '', key = '']) => !exists(space, key));
    expect(missing).toEqual([]);
  });

  it('has both forms of every plural', () => {
    for (const [name, keys] of Object.entries(known)) {
      for (const key of keys) {
        if (key.endsWith('_one')) expect(keys, `${name}:${key}`).toContain(key.replace(/_one$/, '_other'));
      }
    }
  });
});
