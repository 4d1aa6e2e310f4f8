import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { Seed } from '../../src/catalogue/seed.ts';
import { type Caller, callerOf } from '../../src/domain/caller.ts';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import type { CompletionRequest } from '../../src/domain/completion-request.ts';
import { type Failure, type FailureCode, failureOf } from '../../src/domain/failure.ts';
import { asKeyId, asModelSlug, type ProviderId } from '../../src/domain/ids.ts';
import type { Key } from '../../src/domain/key.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { type Usage, usageOf } from '../../src/domain/usage.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS } from '../../src/gateway/completion-command.ts';
import type { Calibration } from '../../src/gateway/estimate/calibration.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { createLedger, type Ledger, type LedgerOptions } from '../../src/gateway/ledger.ts';
import { NO_ROUTES, type RouteBook } from '../../src/gateway/routing/policy/route-book.ts';
import type { Provider } from '../../src/ports/provider.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { type RecordedLog, recordedLog } from '../support/recorded-log.ts';
import { createScriptedLedgerStore, type ScriptedLedgerStore } from '../support/scripted-ledger-store.ts';
import { createScriptedMedia, type ScriptedMedia } from '../support/scripted-media.ts';

const EMPTY_SEED: Seed = { version: '0', readings: [] };

/** The model that every provider of these tests serves, as `<provider>/talker`. */
export const MODEL = 'lab/talker';

export type Harness = {
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly store: ScriptedLedgerStore;
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly media: ScriptedMedia;
  /** What providers threw. */
  readonly defects: readonly unknown[];
};

/** 1 USD for a million input tokens, 10 for output, from each provider unless `prices` says otherwise. */
export const catalogueOf = (
  ids: readonly string[],
  options: {
    readonly off?: { readonly [id: string]: string };
    readonly currencies?: { readonly [id: string]: string };
    readonly unpriced?: readonly string[];
    readonly free?: readonly string[];
    /** What they call it. */
    readonly providerModelId?: string;
  } = {},
): Catalogue =>
  buildCatalogue({
    readings: [],
    seed: EMPTY_SEED,
    readAt: new Date('2025-12-01T00:00:00Z'),
    providers: ids.map((id) => {
      const reason = options.off?.[id];
      return {
        info: {
          id: id as ProviderId,
          name: id,
          kind: 'RELAY' as const,
          completes: true,
          operations: [],
          status: reason === undefined ? ({ kind: 'ON' } as const) : ({ kind: 'OFF', reason } as const),
        },
        declared: [
          {
            providerModelId: options.providerModelId ?? 'talker',
            modelSlug: asModelSlug(MODEL),
            ...(options.free?.includes(id) && { billing: 'FREE' as const }),
            ...(!options.free?.includes(id) &&
              !options.unpriced?.includes(id) && {
                prices: {
                  input: new Decimal('1'),
                  output: new Decimal('10'),
                  currency: options.currencies?.[id] ?? 'USD',
                },
              }),
          },
        ],
      };
    }),
  });

/** A gateway over scripted providers, in their order, with a real ledger over a store in memory. */
export const createHarness = (
  providers: readonly Provider[],
  options: {
    readonly catalogue?: Catalogue;
    readonly ledger?: Partial<LedgerOptions>;
    readonly telemetry?: Telemetry;
    readonly book?: RouteBook;
    readonly calibration?: Calibration;
  } = {},
): Harness => {
  const clock = createFakeClock();
  const log = recordedLog();
  const store = createScriptedLedgerStore();
  const ledger = createLedger(store, clock, log, options.ledger);
  const catalogue = options.catalogue ?? catalogueOf(providers.map(({ id }) => id));
  const connected = new Map(providers.map((provider) => [provider.id, provider]));
  const media = createScriptedMedia();
  const defects: unknown[] = [];
  const gateway = createGateway({
    catalogue: () => catalogue,
    providers: () => connected,
    media,
    clock,
    ledger,
    book: options.book ?? NO_ROUTES,
    state: createMemoryState(),
    log,
    ...(options.telemetry !== undefined && { telemetry: options.telemetry }),
    ...(options.calibration !== undefined && { calibration: options.calibration }),
    onDefect: (error) => defects.push(error),
  });
  return { gateway, ledger, store, clock, log, media, defects };
};

export const callerWith = (changes: Partial<Key> = {}): Caller =>
  callerOf({
    id: asKeyId('key_1'),
    name: 'test',
    role: 'MEMBER',
    prefix: 'mg_abcde',
    createdAt: new Date('2025-12-01T00:00:00Z'),
    ...changes,
  });

export const requestWith = (changes: Partial<CompletionRequest> = {}): CompletionRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
  ...changes,
});

export const commandWith = (changes: Partial<CompletionCommand> = {}): CompletionCommand => ({
  model: MODEL,
  request: requestWith(),
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts: {},
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'STREAM',
  ...changes,
});

export const textDelta = (text: string): ProviderEvent & CompletionEvent => ({ type: 'textDelta', text });
export const usageUpdated = (counts: Partial<Usage>): ProviderEvent & CompletionEvent => ({
  type: 'usageUpdated',
  usage: usageOf(counts),
});
export const completed: ProviderEvent = {
  type: 'completed',
  finishReason: 'STOP',
  rawFinishReason: 'end_turn',
};
export const failed = (code: FailureCode, details: Partial<Failure> = {}): ProviderEvent => ({
  type: 'failed',
  failure: failureOf(code, `it said ${code}`, details),
});

export const readAll = async (
  events: AsyncIterable<CompletionEvent>,
): Promise<readonly CompletionEvent[]> => {
  const read: CompletionEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
};

/** Reads up to the first event of that type, which must come, and gives it. */
export const readUntil = async <Type extends CompletionEvent['type']>(
  events: AsyncIterator<CompletionEvent>,
  type: Type,
): Promise<Extract<CompletionEvent, { type: Type }>> => {
  const isIt = (event: CompletionEvent): event is Extract<CompletionEvent, { type: Type }> =>
    event.type === type;
  for (;;) {
    const step = await events.next();
    if (step.done === true) throw new Error(`ended without ${type}`);
    if (isIt(step.value)) return step.value;
  }
};

/** The record that the last event carries. */
export const recordIn = (events: readonly CompletionEvent[]) => {
  const last = events.at(-1);
  if (last?.type !== 'finished' && last?.type !== 'failed') throw new Error('no last event');
  if (last.record === undefined) throw new Error('refused');
  return last.record;
};

/** All that can happen without time or a provider moving on has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
