import { expect, it } from 'vitest';
import { createChangeWatchers } from '../../../src/catalogue/history/change-watchers.ts';
import { SlowWatcher } from '../../../src/catalogue/price-history.ts';
import { asOfferingId } from '../../../src/domain/ids.ts';
import type { RecordedPriceChange } from '../../../src/ports/store.ts';

const changeOf = (id: string, providerId = 'p', ratio?: number): RecordedPriceChange => ({
  change: { id, offeringId: asOfferingId(`${providerId}/m`), at: new Date(0), kind: 'CHANGED' },
  providerId,
  modelSlug: 'lab/m',
  ...(ratio !== undefined && { ratio }),
});
const signal = (): AbortSignal => new AbortController().signal;

it('a watcher that falls behind is ended with an error, and others go on', async () => {
  const watchers = createChangeWatchers(2);
  const slow = watchers.watch({}, signal());
  const quick = watchers.watch({}, signal());
  const picky = watchers.watch({ providerIds: ['q'] }, signal());
  for (const id of ['one', 'two', 'three']) {
    watchers.tell([changeOf(id)]);
    expect((await quick.next()).value).toMatchObject({ id });
  }
  await expect(slow.next()).rejects.toThrow(SlowWatcher);
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  // What is filtered out does not wait for anybody.
  watchers.tell([changeOf('four', 'q')]);
  expect((await picky.next()).value).toMatchObject({ id: 'four' });
});

it('a change that comes while a watcher waits is given at once; small ones are left out where that is asked for', async () => {
  const watchers = createChangeWatchers();
  const watcher = watchers.watch({ minRatio: 1.5 }, signal());
  const next = watcher.next();
  watchers.tell([changeOf('small', 'p', 1.4), changeOf('large', 'p', 1.5)]);
  expect((await next).value).toMatchObject({ id: 'large' });
});

it('ends with its signal, by returning, and with the server', async () => {
  const watchers = createChangeWatchers();
  const controller = new AbortController();
  const gone = watchers.watch({}, controller.signal);
  const waiting = gone.next();
  controller.abort();
  expect((await waiting).done).toBe(true);
  const left = watchers.watch({}, signal());
  await left.return?.();
  watchers.tell([changeOf('late')]);
  expect((await left.next()).done).toBe(true);
  const open = watchers.watch({}, signal()).next();
  watchers.close();
  expect((await open).done).toBe(true);
  expect((await watchers.watch({}, controller.signal).next()).done).toBe(true);
});
