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
