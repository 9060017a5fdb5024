import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followChanges, gatherMs, staleKeys } from './events';

type Handler = (payload: unknown) => void;

describe('followChanges', () => {
  let say: Handler = () => {};
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('runtime', {
      EventsOn: (_: string, handler: Handler) => {
        say = handler;
        return () => {
          say = () => {};
        };
      },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('gathers a burst into one reading per key', () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
    followChanges(client);
    for (let seq = 0; seq < 1000; seq += 1) say({ seq, topics: ['orders'] });
    vi.advanceTimersByTime(gatherMs);
    expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([
      ['frame'],
      ['orders'],
      ['home'],
    ]);
  });

  it('never starts a reading over: it reads once more when it is done', async () => {
    const client = new QueryClient();
    const done: (() => void)[] = [];
    const invalidate = vi
      .spyOn(client, 'invalidateQueries')
      .mockImplementation(() => new Promise<void>((resolve) => done.push(resolve)));
    followChanges(client);
    const change = () => {
      say({ seq: 1, topics: [] });
      vi.advanceTimersByTime(gatherMs);
    };
    change();
    change();
    change();
    expect(invalidate).toHaveBeenCalledTimes(1);
    done[0]?.();
    await vi.runAllTimersAsync();
    expect(invalidate).toHaveBeenCalledTimes(2);
  });

  it('is quiet after its stop', () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
    const stop = followChanges(client);
    say({ seq: 1, topics: ['orders'] });
    stop();
    vi.advanceTimersByTime(gatherMs);
    expect(invalidate).not.toHaveBeenCalled();
  });
});

it('ignores topics it does not know', () => {
  expect(staleKeys(['weather'])).toEqual([['frame']]);
});
