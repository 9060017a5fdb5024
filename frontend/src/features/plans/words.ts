import type { PushIntent, PushPlan } from '@/api';
import { planCounts, type State } from '@/ui';

/** The ways to narrow a plan. */
export const shows = ['', 'waiting', 'warned', 'way', 'trouble', 'done', 'off'] as const;
export type Show = (typeof shows)[number];

export function isShown(write: PushIntent, show: Show): boolean {
  const { state } = write;
  switch (show) {
    case 'waiting':
      return state === 'proposed';
    case 'warned':
      return state === 'proposed' && write.warning !== null;
    case 'way':
      return state === 'approved' || state === 'sending' || state === 'pending';
    case 'trouble':
      return state === 'unknown' || state === 'rejected';
    case 'done':
      return state === 'done';
    case 'off':
      return state === 'superseded';
    default:
      return true;
  }
}

/** What waits for a person comes before what is settled; else the order stays. */
export const waitingFirst = (writes: readonly PushIntent[]): PushIntent[] =>
  writes.toSorted((one, other) => Number(other.state === 'proposed') - Number(one.state === 'proposed'));

/** How many writes of a plan each way of narrowing finds. */
export function showCounts(plan: PushPlan): Record<Show, number> {
  const { waiting, underWay, trouble, done, off } = planCounts(plan);
  return {
    '': waiting + underWay + trouble + done + off,
    waiting,
    warned: plan.warned,
    way: underWay,
    trouble,
    done,
    off,
  };
}

/** How a plan stands: what waits first, then trouble, then what is under way. */
export function planStanding(plan: PushPlan): { state: State; word: PlanWord } {
  const { waiting, underWay, trouble, done } = planCounts(plan);
  if (plan.state === 'open' && plan.blocked) return { state: 'needs_you', word: 'blocked' };
  if (plan.state === 'open' && waiting > 0) return { state: 'waiting', word: 'open' };
  if (trouble > 0) return { state: plan.counts.rejected > 0 ? 'needs_you' : 'late', word: 'trouble' };
  if (underWay > 0) return { state: 'waiting', word: 'sending' };
  if (done > 0 || plan.state === 'done') return { state: 'fine', word: 'done' };
  return { state: 'quiet', word: 'discarded' };
}
type PlanWord = 'blocked' | 'open' | 'trouble' | 'sending' | 'done' | 'discarded';

/** Which writes are approved: those that wait and were not left out by hand, and not warned of unless ticked by hand. */
export function chosenOf(writes: readonly PushIntent[], by: ReadonlyMap<string, boolean>): Set<string> {
  const chosen = new Set<string>();
  for (const { id, state, warning } of writes)
    if (id !== null && state === 'proposed' && (by.get(id) ?? warning === null)) chosen.add(id);
  return chosen;
}

/** Whether looking again can say anything: stock and prices are worked out anew, what a person asked for is not. */
export const canLookAgain = (writes: readonly PushIntent[]): boolean =>
  writes.some(
    ({ state, operation, undoes }) =>
      state === 'proposed' && undoes === null && (operation === 'stock.set' || operation === 'price.set'),
  );
