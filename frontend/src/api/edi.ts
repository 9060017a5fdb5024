import { api } from './client';
import type { EdiLook } from './types-edi';
import { useWrite } from './writes';

/** What EDI says: of bytes in a browser, of a path in the window. Nothing is kept of it. */
export const useLookAtEdi = () =>
  useWrite(
    (source: Blob | string) =>
      typeof source === 'string'
        ? api.post<EdiLook>('/api/view/edi/path', { path: source })
        : api.upload<EdiLook>('/api/view/edi', source),
    [],
    true,
  );
