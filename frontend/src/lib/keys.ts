import { useEffect, useRef, useSyncExternalStore } from 'react';

/** One key of a screen. `keys` is "j", "Shift+X", "Mod+k" (Ctrl, Cmd on a Mac) or a sequence "g o". */
export interface KeyBinding {
  keys: string;
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Also while a text field has the focus. */
  inFields?: boolean;
  /** Works, but is not listed in the help (a second key for the same thing). */
  hidden?: boolean;
}
/** What lies nearer wins: everywhere under a page, a page under what opens above it. */
type Layer = 'everywhere' | 'page' | 'above';
const layers: Layer[] = ['everywhere', 'page', 'above'];

interface Group {
  title: string;
  layer: Layer;
  bindings: { current: KeyBinding[] };
}

let groups: Group[] = [];
const listeners = new Set<() => void>();
let pending = '';
let pendingAt = 0;
const sequenceMs = 1200;
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Registers the keys of a screen while it is shown. The nearest layer wins. */
export function useKeys(title: string, bindings: KeyBinding[], layer: Layer = 'page'): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const group: Group = { title, layer, bindings: latest };
    groups = [...groups, group].sort((one, other) => layers.indexOf(one.layer) - layers.indexOf(other.layer));
    for (const each of listeners) each();
    return () => {
      groups = groups.filter((other) => other !== group);
      for (const each of listeners) each();
    };
  }, [title, layer]);
}

/** The keys back to the list that a record's page belongs to. */
export const backKeys = (label: string, run: () => void): KeyBinding[] => [
  { keys: 'u', label, run },
  { keys: 'Escape', label: '', hidden: true, run },
];

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** What `?` shows: this screen's keys first. */
export function useKeyGroups(): { title: string; layer: Layer; bindings: KeyBinding[] }[] {
  const all = useSyncExternalStore(subscribe, () => groups);
  return [...all]
    .reverse()
    .map(({ title, layer, bindings }) => ({
      title,
      layer,
      bindings: bindings.current.filter((key) => !key.hidden),
    }))
    .filter((group) => group.bindings.length > 0);
}

/** The name of what was pressed, in the form bindings are written in. */
export function pressed(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const letter = event.key.length === 1;
  // "?" and "#" already carry their Shift; a letter does not.
  const shift = event.shiftKey && (!letter || /[a-z]/i.test(event.key));
  const key = event.key === ' ' ? 'Space' : letter ? event.key.toLowerCase() : event.key;
  return `${mod ? 'Mod+' : ''}${event.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

export function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** Buttons, links and open menus keep their own Enter, Space and arrows. */
function takenByControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof HTMLElement)) return false;
  if (event.target.closest('[role="dialog"],[role="menu"],[role="listbox"],[role="alertdialog"]'))
    return true;
  const own = event.key === 'Enter' || event.key === ' ';
  return own && event.target.closest('button,a,input,summary,[role="tab"]') !== null;
}

/** Handles one key press; true when a binding took it. */
export function handleKey(event: KeyboardEvent, now = Date.now()): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  const name = pressed(event);
  const field = inField(event.target);
  const taken = takenByControl(event);
  const sequence = pending && now - pendingAt < sequenceMs ? `${pending} ${name}` : name;
  pending = '';
  for (const wanted of sequence === name ? [name] : [sequence, name]) {
    for (const group of [...groups].reverse()) {
      const found = group.bindings.current.find((key) => key.keys === wanted);
      if (!found || ((field || taken) && !found.inFields)) continue;
      event.preventDefault();
      found.run(event);
      return true;
    }
  }
  const starts = groups.some((group) =>
    group.bindings.current.some((key) => key.keys.startsWith(`${name} `)),
  );
  if (!field && !taken && starts) {
    pending = name;
    pendingAt = now;
  }
  return false;
}

export function followKeys(): () => void {
  const listen = (event: KeyboardEvent) => void handleKey(event);
  window.addEventListener('keydown', listen);
  return () => window.removeEventListener('keydown', listen);
}
