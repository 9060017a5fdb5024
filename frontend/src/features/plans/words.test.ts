import { describe, expect, it } from 'vitest';
import type { PushIntent, PushPlan } from '@/api';
import { canLookAgain, chosenOf, isShown, planStanding, showCounts, waitingFirst } from './words';

const write = (change: Partial<PushIntent>) =>
  ({
    id: '1',
    state: 'proposed',
    operation: 'stock.set',
    warning: null,
    undoes: null,
    ...change,
  }) as PushIntent;
const plan = (counts: Partial<PushPlan['counts']>, change: Partial<PushPlan> = {}) =>
  ({
    state: 'open',
    blocked: null,
    warned: 0,
    counts: {
      proposed: 0,
      approved: 0,
      sending: 0,
      pending: 0,
      unknown: 0,
      done: 0,
      rejected: 0,
      superseded: 0,
      ...counts,
    },
    ...change,
  }) as PushPlan;

describe('a plan', () => {
  it('shows what waits before what is settled', () => {
    const writes = [
      write({ id: '1', state: 'superseded' }),
      write({ id: '2' }),
      write({ id: '3', state: 'superseded' }),
      write({ id: '4' }),
    ];
    expect(waitingFirst(writes).map(({ id }) => id)).toEqual(['2', '4', '1', '3']);
  });

  it('approves what waits and has no warning, unless a person ticks otherwise', () => {
    const writes = [
      write({ id: '1' }),
      write({ id: '2', warning: 'It is 3 by now.' }),
      write({ id: '3', state: 'done' }),
      write({ id: '4' }),
      write({ id: null }),
    ];
    expect([...chosenOf(writes, new Map())]).toEqual(['1', '4']);
    const by = new Map([
      ['1', false],
      ['2', true],
      ['3', true],
    ]);
    expect([...chosenOf(writes, by)]).toEqual(['2', '4']);
  });

  it('says what waits before trouble, and trouble before what is under way', () => {
    expect(planStanding(plan({ proposed: 1 }, { blocked: 'Too much.' })).word).toBe('blocked');
    expect(planStanding(plan({ proposed: 1, rejected: 1 })).word).toBe('open');
    expect(planStanding(plan({ rejected: 1, sending: 1 }, { state: 'approved' }))).toEqual({
      state: 'needs_you',
      word: 'trouble',
    });
    expect(planStanding(plan({ unknown: 1, done: 3 }, { state: 'approved' })).state).toBe('late');
    expect(planStanding(plan({ pending: 1, done: 3 }, { state: 'approved' })).word).toBe('sending');
    expect(planStanding(plan({ superseded: 3 }, { state: 'discarded' })).word).toBe('discarded');
  });

  it('counts each way of narrowing as it finds', () => {
    const writes = (['proposed', 'approved', 'unknown', 'done', 'superseded'] as const).map((state) =>
      write({ state }),
    );
    const counts = showCounts(plan({ proposed: 1, approved: 1, unknown: 1, done: 1, superseded: 1 }));
    for (const show of ['', 'waiting', 'way', 'trouble', 'done', 'off'] as const)
      expect(writes.filter((each) => isShown(each, show)).length, show).toBe(counts[show]);
  });

  it('is looked at again only where that can change something', () => {
    expect(canLookAgain([write({})])).toBe(true);
    expect(canLookAgain([write({ operation: 'order.ship' }), write({ undoes: '7' })])).toBe(false);
  });
});
