import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const DAY_MS = 24 * 60 * 60 * 1000;

it('calls back once after the time, be it longer than a timer can be', () => {
  const callback = vi.fn();
  createSystemClock().after(60 * DAY_MS, callback);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60 * DAY_MS);
  expect(callback).toHaveBeenCalledOnce();
});

it('does not call back once cancelled, however late', () => {
  const callback = vi.fn();
  const cancel = createSystemClock().after(60 * DAY_MS, callback);
  vi.advanceTimersByTime(50 * DAY_MS);
  cancel();
  vi.advanceTimersByTime(50 * DAY_MS);
  expect(callback).not.toHaveBeenCalled();
});

it('calls back those of one delay in their order, and none of those cancelled, whichever they are', () => {
  const clock = createSystemClock();
  const called: number[] = [];
  const cancels = [0, 1, 2, 3, 4].map((each) => {
    const cancel = clock.after(1_000, () => called.push(each));
    vi.advanceTimersByTime(100);
    return cancel;
  });
  for (const each of [0, 2, 4]) cancels[each]?.();
  vi.advanceTimersByTime(599);
  expect(called).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(called).toEqual([1]);
  cancels[1]?.();
  vi.advanceTimersByTime(200);
  expect(called).toEqual([1, 3]);
  clock.after(1_000, () => called.push(5));
  vi.advanceTimersByTime(1_000);
  expect(called).toEqual([1, 3, 5]);
  expect(vi.getTimerCount()).toBe(0);
});

it('is as exact for what is set while another of the same delay waits, and for what a callback sets', () => {
  const clock = createSystemClock();
  const callback = vi.fn();
  clock.after(1_000, () => void clock.after(1_000, callback));
  vi.advanceTimersByTime(1_999);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledOnce();
});

it('has one timer for all of a delay, and calls the others back where one throws', () => {
  const clock = createSystemClock();
  const callback = vi.fn();
  clock.after(1_000, () => {
    throw new Error('broken');
  });
  for (let each = 0; each < 10; each += 1) clock.after(1_000, callback);
  expect(vi.getTimerCount()).toBe(1);
  expect(() => vi.advanceTimersByTime(1_000)).toThrow('broken');
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(10);
});

it('takes any number of delays', () => {
  const clock = createSystemClock();
  const callback = vi.fn();
  for (let each = 1; each <= 500; each += 1) clock.after(each, callback);
  vi.advanceTimersByTime(499);
  expect(callback).toHaveBeenCalledTimes(499);
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(500);
});
