import { getEventListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OperationKind, OperationRequests, ProviderResults } from '../../src/domain/operation.ts';
import type { Usage } from '../../src/domain/usage.ts';
import type { OperationAdapter, OperationOutcome } from '../../src/ports/provider.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { quickest } from '../support/quickest.ts';

/** What the provider's other side is to do with the next call. */
export type OperationSituation =
  /** Answers with the case's result. */
  | { readonly kind: 'done' }
  | { readonly kind: 'rateLimited'; readonly retryAfterMs: number }
  /** Rejects the key, and quotes it. */
  | { readonly kind: 'unauthorized' }
  /** Answers with status 200 and these words. */
  | { readonly kind: 'malformed'; readonly body: string }
  /** Begins the right answer and closes the connection in the middle. */
  | { readonly kind: 'cut' }
  /** Says nothing at all, or stops in the middle. */
  | { readonly kind: 'hang'; readonly at: 'HEADERS' | 'BODY' };

export type OperationHarness<Kind extends OperationKind> = {
  readonly adapter: OperationAdapter<Kind>;
  readonly clock: FakeClock;
  /** Texts that no outcome may hold. */
  readonly secrets: readonly string[];
  prepare(situation: OperationSituation): void;
  /** All that was sent for the last call, as text. */
  sent(): string;
  /** Resolves when call number `n` (from 0) has come to the other side, and, for BODY, its answer has begun. */
  underWay(at: 'HEADERS' | 'BODY', n: number): Promise<unknown>;
  /** Resolves when the other side has noticed that call number `n` was given up. */
  released(n: number): Promise<unknown>;
  close(): Promise<void>;
};

export type OperationCase<Kind extends OperationKind> = {
  readonly name: string;
  readonly providerModelId: string;
  readonly request: OperationRequests[Kind];
  /** What the right answer gives. */
  readonly result: ProviderResults[Kind];
  /** Undefined where none is known. */
  readonly usage: Partial<Usage> | undefined;
  /** A request with something that cannot be honoured, by name, and a text that must not be sent. */
  readonly unsupported?: {
    readonly request: OperationRequests[Kind];
    readonly names: readonly string[];
    readonly unsent: string;
  };
};

const RELEASE_MS = 100;

/** What every OperationAdapter must do; runs on any implementation. */
export const describeOperation = <Kind extends OperationKind>(
  given: OperationCase<Kind>,
  start: () => Promise<OperationHarness<Kind>>,
): void => {
  describe(`the operation contract: ${given.name}`, () => {
    let harness: OperationHarness<Kind>;
    beforeEach(async () => {
      harness = await start();
    });
    afterEach(() => harness.close());

    const perform = async (
      situation: OperationSituation,
      {
        signal = new AbortController().signal,
        request = given.request,
      }: { readonly signal?: AbortSignal; readonly request?: OperationRequests[Kind] } = {},
    ): Promise<OperationOutcome<Kind>> => {
      harness.prepare(situation);
      const { providerModelId } = given;
      const outcome = await harness.adapter.perform({ providerModelId, request }, signal);
      for (const secret of harness.secrets) expect(JSON.stringify(outcome)).not.toContain(secret);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(harness.clock.pending(), 'no timer is left').toBe(0);
      return outcome;
    };
    const failureOf = (outcome: OperationOutcome<Kind>) =>
      outcome.kind === 'FAILED' ? outcome.failure : undefined;

    test('the result and what was used', async () => {
      const outcome = await perform({ kind: 'done' });
      expect(outcome).toMatchObject({ kind: 'DONE' });
      if (outcome.kind !== 'DONE') return;
      expect(plain(outcome.result)).toEqual(plain(given.result));
      if (given.usage === undefined) expect(outcome.usage).toBeUndefined();
      else {
        const used = Object.entries(outcome.usage ?? {}).filter(([, count]) => count > 0);
        expect(Object.fromEntries(used)).toEqual(given.usage);
      }
    });

    test('being rate limited is a failure with the wait that was asked for', async () => {
      const failure = failureOf(await perform({ kind: 'rateLimited', retryAfterMs: 7_000 }));
      expect(failure).toMatchObject({
        code: 'RATE_LIMITED',
        retry: 'HERE',
        retryAfterMs: 7_000,
        status: 429,
      });
    });

    test('a rejected key is a failure that does not show it', async () => {
      const failure = failureOf(await perform({ kind: 'unauthorized' }));
      expect(failure).toMatchObject({ code: 'AUTHENTICATION', retry: 'ELSEWHERE', status: 401 });
    });

    test.each([
      '',
      '{}',
      '[]',
      'null',
      '{"data":',
      '{"data":[{}],"results":[{}]}',
      '<html></html>',
      '\u0000',
    ])('an answer %j that is none is a failure', async (body) => {
      const failure = failureOf(await perform({ kind: 'malformed', body }));
      expect(failure?.code).toMatch(/^(SERVER_ERROR|CONTENT_FILTERED)$/);
    });

    test('an answer that is cut off is a failure, never a success', async () => {
      expect(failureOf(await perform({ kind: 'cut' }))?.code).toBe('TRUNCATED');
    });

    test('an aborted signal ends it before it begins', async () => {
      const outcome = await perform({ kind: 'done' }, { signal: AbortSignal.abort() });
      expect(failureOf(outcome)).toMatchObject({ code: 'CANCELLED', retry: 'FINAL' });
      expect(harness.sent()).toBe('');
    });

    test.each(['HEADERS', 'BODY'] as const)(
      'aborting before the %s are whole lets go at once',
      async (at) => {
        const released = await quickest(RELEASE_MS, async (call) => {
          const controller = new AbortController();
          const outcome = perform({ kind: 'hang', at }, { signal: controller.signal });
          await harness.underWay(at, call);
          const before = performance.now();
          controller.abort();
          await harness.released(call);
          const ms = performance.now() - before;
          expect(failureOf(await outcome)).toMatchObject({ code: 'CANCELLED', retry: 'FINAL' });
          return ms;
        });
        expect(released).toBeLessThan(RELEASE_MS);
      },
    );

    const { unsupported } = given;
    if (unsupported === undefined) return;
    test('what cannot be honoured is listed and left out', async () => {
      const listed = harness.adapter.unsupported(given.providerModelId, unsupported.request);
      expect(listed.map(({ name }) => name).sort()).toEqual([...unsupported.names].sort());
      expect(listed.every(({ problem }) => problem !== '')).toBe(true);
      expect(harness.adapter.unsupported(given.providerModelId, given.request)).toEqual([]);
      expect(await perform({ kind: 'done' }, { request: unsupported.request })).toMatchObject({
        kind: 'DONE',
      });
      expect(harness.sent()).not.toContain(unsupported.unsent);
    });
  });
};

/** Bytes of whatever class as a plain list, so that they can be compared. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
};
