import { type DateOrder, type ImportBatch, type ImportRequest, useDiscardImport, usePlanImport } from '@/api';
import { href, useGo, useSearchParams } from '@/lib/nav';

/** Plans the same file anew with one choice changed, goes there, and puts the old plan away. */
export function useReplan(batch: ImportBatch) {
  const go = useGo();
  const { mutate: plan, error, variables } = usePlanImport();
  const { mutate: discard } = useDiscardImport();
  const [params] = useSearchParams();
  const replan = (change: Partial<ImportRequest>) => {
    const asked: ImportRequest = {
      file: batch.file.id,
      format: batch.profile ? '' : batch.format,
      profile: batch.profile ?? undefined,
      sheet: batch.sheet || undefined,
      channel: batch.channel,
      // Only a zone that a person chose stays chosen; the others follow the channel.
      zone: batch.zone_source === 'option' ? batch.zone : '',
      currency: batch.currency,
      mode: batch.mode,
      // The batch does not say how its dates were read; the address does.
      date_order: params.dates as DateOrder | undefined,
      ...change,
    };
    plan(asked, {
      onSuccess: (next) => {
        go(href(`/import/${next.id}`, { dates: asked.date_order }), 'replace');
        discard(batch.id);
      },
    });
  };
  return { replan, error, asked: variables };
}
