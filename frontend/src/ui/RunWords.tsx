import { useTranslation } from 'react-i18next';
import { StateBadge } from './StateBadge';
import type { State } from './state';

const states: Record<string, State> = {
  running: 'waiting',
  done: 'fine',
  failed: 'needs_you',
  cancelled: 'quiet',
  partial: 'late',
};
const causes = ['person', 'schedule', 'catch_up', 'webhook', 'push'] as const;
const kinds = [
  'plan',
  'import',
  'undo',
  'watch',
  'fetch',
  'send',
  'backup',
  'bulk',
  'retry',
  'link',
  'export',
  'sync',
  'push',
  'merge',
  'edit',
  'prices',
  'stock',
  'rules',
  'kit',
  'buy',
  'make',
  'purge',
  'transfer',
  'route',
  'drift',
] as const;
export type RunKindName = (typeof kinds)[number];
export const runKinds: readonly RunKindName[] = kinds;

/** How a run went: icon, colour and word. */
export function RunState({ state, soft = false }: { state: string; soft?: boolean }) {
  const { t } = useTranslation('ui');
  return (
    <StateBadge state={states[state] ?? 'quiet'} soft={soft}>
      {state in states ? t(`run.state.${state as 'running'}`) : state}
    </StateBadge>
  );
}

/** Who or what began a run. */
export function RunCause({ cause }: { cause: string }) {
  const { t } = useTranslation('ui');
  const known = causes.find((each) => each === cause);
  return <span>{known ? t(`run.cause.${known}`) : cause}</span>;
}

/** What sort of work a run is. */
export function RunKind({ kind }: { kind: string }) {
  const { t } = useTranslation('ui');
  const known = kinds.find((each) => each === kind);
  return <span>{known ? t(`run.kind.${known}`) : kind}</span>;
}
