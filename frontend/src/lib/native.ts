/** What only the desktop window can do: the methods that app.go binds. Undefined in a browser. */
interface NativeApp {
  PickFiles: (title: string) => Promise<string[] | null>;
  PickFolder: (title: string) => Promise<string>;
  SaveFile: (title: string, suggested: string) => Promise<string>;
  OpenFolder: (path: string) => Promise<void>;
  OpenURL: (address: string) => Promise<void>;
}

interface NativeWindow {
  go?: { main?: { App?: Partial<NativeApp> } };
  runtime?: { EventsOn?: (name: string, handler: (payload: unknown) => void) => () => void };
}

export const native = (): Partial<NativeApp> | undefined => (window as NativeWindow).go?.main?.App;

/** True inside the desktop window, where files come as paths rather than as bytes. */
export const inWindow = (): boolean => (window as NativeWindow).runtime?.EventsOn !== undefined;

/** Follows an event of the desktop window; returns how to stop. Does nothing in a browser. */
export function onNative(name: string, handler: (payload: unknown) => void): () => void {
  return (window as NativeWindow).runtime?.EventsOn?.(name, handler) ?? (() => {});
}
