import { QueryClient } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { againMs, followChanges, gapMs, gatherMs, staleKeys, useReached } from './events';

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

describe('the line to Tradepost', () => {
  class Line {
    static readonly CLOSED = 2;
    static all: Line[] = [];
    readyState = 1;
    onopen: () => void = () => {};
    onerror: () => void = () => {};
    constructor() {
      Line.all.push(this);
    }
    addEventListener() {}
    close() {
      this.readyState = Line.CLOSED;
    }
  }
  beforeEach(() => {
    Line.all = [];
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Line);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('says that nothing answers after a moment, and reads all anew once something does', () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
    const stop = followChanges(client);
    const { result } = renderHook(() => useReached());
    const [line] = Line.all;
    act(() => line?.onerror());
    act(() => vi.advanceTimersByTime(gapMs - 1));
    expect(result.current).toBe(true);
    act(() => vi.advanceTimersByTime(1));
    expect(result.current).toBe(false);
    act(() => line?.onopen());
    expect(result.current).toBe(true);
    expect(invalidate).toHaveBeenCalledTimes(1);
    stop();
  });

  it('asks again after a refusal, and no more after its stop', () => {
    const stop = followChanges(new QueryClient());
    const refuse = () => {
      const line = Line.all.at(-1);
      line?.close();
      line?.onerror();
    };
    refuse();
    vi.advanceTimersByTime(againMs);
    expect(Line.all).toHaveLength(2);
    refuse();
    stop();
    vi.advanceTimersByTime(2 * againMs);
    expect(Line.all).toHaveLength(2);
  });
});

it('ignores topics it does not know', () => {
  expect(staleKeys(['weather'])).toEqual([['frame']]);
});
