/**
 * How long each way to ask for rows of a large ledger takes, on the embedded database and, with `--server postgres://…`,
 * in a database of its own there: `npm run bench:ledger -- [--rows 1000000] [--json]`. Ends by itself and prints the median of each, and
 * the quickest, which other work on the machine cannot have slowed down.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import { openStore, type StoreOptions } from '../src/adapters/store/open-store.ts';
import {
  asKeyId,
  asModelSlug,
  asOfferingId,
  asOperationId,
  asPriceId,
  asProviderId,
} from '../src/domain/ids.ts';
import { METERS } from '../src/domain/meters.ts';
import { Decimal } from '../src/domain/money.ts';
import { OPERATION_KINDS } from '../src/domain/operation.ts';
import type { OperationRecord } from '../src/domain/operation-record.ts';
import type { PageRequest } from '../src/domain/page.ts';
import { usageOf } from '../src/domain/usage.ts';
import type { Log } from '../src/ports/log.ts';
import type { LedgerFilter, Store } from '../src/ports/store.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    server: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const ROWS = Number(values.rows);
const TIMES = 9;

const DAY_MS = 24 * 60 * 60_000;
/** The rows are spread over the month before. */
const END_MS = Date.UTC(2026, 10, 30);
const STEP_MS = Math.floor((30 * DAY_MS) / ROWS);
const FIRST_MS = END_MS - ROWS * STEP_MS;
const dayAgo = (days: number): Date => new Date(END_MS - days * DAY_MS);

/** Asks for half of all; one that asks seldom, and one that never failed. */
const BUSY = asKeyId('key_busy');
const SELDOM = asKeyId('key_17');
const LUCKY = asKeyId('key_lucky');
const MODEL = asModelSlug('lab/model');

const nothing = (): void => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** As the most usual row is; the others are made of it. */
const usualRow = (ordinal: number): OperationRecord => {
  const offeringId = asOfferingId('provider/model');
  const usage = usageOf({ input: 1_200, output: 340 });
  const line = (meter: (typeof METERS)['input'], quantity: number, rate: string, id: string) => {
    const unitPrice = new Decimal(rate);
    const amount = unitPrice.times(quantity).dividedBy(1_000_000);
    return { meter, quantity, unitPrice, per: 1_000_000, amount, priceId: asPriceId(id) };
  };
  const lines = [line(METERS.input, 1_200, '0.15', 'one'), line(METERS.output, 340, '0.6', 'two')];
  const total = lines.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  const cost = { kind: 'PRICED', lines, total, currency: 'USD' } as const;
  const createdAt = new Date(FIRST_MS - 1_000 + ordinal);
  return {
    operation: 'COMPLETION',
    id: asOperationId(`cmp_model_${ordinal}`),
    keyId: BUSY,
    createdAt,
    status: 'SUCCEEDED',
    route: {
      requested: 'model',
      modelSlug: MODEL,
      candidates: [offeringId],
      strategy: 'PRIORITY',
      considered: [{ offeringId, parts: [] }],
    },
    offeringId,
    finishReason: 'STOP',
    rawFinishReason: 'stop',
    usage,
    cost,
    attempts: [
      {
        index: 0,
        offeringId,
        providerId: asProviderId('provider'),
        status: 'SUCCEEDED',
        startedAt: createdAt,
        durationMs: 812.375,
        ttftMs: 301.5,
        usage,
        cost,
        providerResponseId: 'chatcmpl-0123456789abcdefghijklmnopqrs',
        providerModel: 'model-2026-07-18',
        cause: 'FIRST',
      },
    ],
    timings: { totalMs: 813.125, ttftMs: 301.5, outputTps: 665.4 },
    warnings: [],
  };
};

/** One in 20 is no completion: embeddings, and speech seldom. One in 500 fails. */
const FILL = `
  insert into modelgraph.completions
    (id, key_id, created_at, operation, status, offering_id, model_slug, output_tokens, cost_total, facts, body)
  select
    case when n % 20 = 7 then 'op_' else 'cmp_' end
      || substr(time, 1, 8) || '-' || substr(time, 9) || '-7' || lpad(to_hex(n & 4095), 3, '0')
      || '-8000-' || lpad(to_hex(n), 12, '0'),
    case
      when n % 500 <> 0 and n % 10 = 3 then '${LUCKY}'
      when n % 2 = 0 then '${BUSY}'
      else 'key_' || n % 997
    end,
    to_timestamp(ms / 1000.0),
    case when n % 20 <> 7 then 'COMPLETION' when n % 10000 = 7 then 'SPEECH' else 'EMBEDDING' end,
    case when n % 500 in (0, 7) then 'FAILED' else 'SUCCEEDED' end,
    offering_id, model_slug, output_tokens + n % 300, cost_total, facts, body
  from (
    select n, ms, lpad(to_hex(ms), 12, '0') as time
    from (select n, ${FIRST_MS} + n * ${STEP_MS}::bigint as ms from generate_series($1::bigint, $2::bigint) as n) as moments
  ) as made
  cross join (select * from modelgraph.completions where id = 'cmp_model_3') as usual`;
const FILL_AT_ONCE = 50_000;

type Query = (statement: string, parameters?: readonly unknown[]) => Promise<unknown>;

const fill = async (query: Query): Promise<void> => {
  for (let first = 1; first <= ROWS; first += FILL_AT_ONCE)
    await query(FILL, [first, Math.min(ROWS, first + FILL_AT_ONCE - 1)]);
  await query('vacuum (analyze)');
};

const writeUsual = async (options: StoreOptions): Promise<void> => {
  const store = await openStore(options, log);
  const batch = store.ledger.begin();
  for (const ordinal of [1, 2, 3]) batch.add(usualRow(ordinal));
  await batch.write();
  await store.close();
};

const hour = { createdFrom: dayAgo(15), createdTo: new Date(dayAgo(15).getTime() + 60 * 60_000) };

/** Median and quickest of each. */
type Timings = ReadonlyMap<string, readonly [number, number]>;
type Ask = (store: Store) => Promise<unknown>;

const asks = (deep: string, deepFailed: string): { readonly [name: string]: Ask } => {
  const list = (filter: LedgerFilter, { limit = 100, after }: Partial<PageRequest> = {}): Ask => {
    return (store) => store.ledger.list(filter, { limit, ...(after !== undefined && { after }) });
  };
  const completions = (filter: LedgerFilter, page?: Partial<PageRequest>): Ask =>
    list({ operations: ['COMPLETION'], ...filter }, page);
  const operations = (filter: LedgerFilter): Ask => list({ operations: OPERATION_KINDS, ...filter });
  return {
    'newest 20': completions({}, { limit: 20 }),
    'newest 100': completions({}),
    'after the 500,000th': completions({}, { after: deep }),
    'status SUCCEEDED': completions({ status: 'SUCCEEDED' }),
    'status FAILED, 1 in 500': completions({ status: 'FAILED' }),
    'status FAILED, deep': completions({ status: 'FAILED' }, { after: deepFailed }),
    'status that never occurs': completions({ status: 'CANCELLED' }),
    'key of half of all': completions({ keyId: BUSY }),
    'key of one in 2,000': completions({ keyId: SELDOM }),
    'key, deep': completions({ keyId: BUSY }, { after: deep }),
    'key + FAILED': completions({ keyId: BUSY, status: 'FAILED' }),
    'key that never failed + FAILED': completions({ keyId: LUCKY, status: 'FAILED' }),
    'key + SUCCEEDED': completions({ keyId: BUSY, status: 'SUCCEEDED' }),
    'up to 15 days ago': completions({ createdTo: dayAgo(15) }),
    'from 15 days ago': completions({ createdFrom: dayAgo(15) }),
    'one hour': completions(hour),
    'before all': completions({ createdTo: dayAgo(40) }),
    'one hour + FAILED': completions({ ...hour, status: 'FAILED' }),
    'one hour + key': completions({ ...hour, keyId: SELDOM }),
    'one hour + key + FAILED': completions({ ...hour, keyId: BUSY, status: 'FAILED' }),
    operations: operations({}),
    'operations, EMBEDDING': operations({ operations: ['EMBEDDING'] }),
    'operations, SPEECH, 1 in 10,000': operations({ operations: ['SPEECH'] }),
    'operations, kind that never occurs': operations({ operations: ['RERANK'] }),
    'operations, FAILED': operations({ status: 'FAILED' }),
    'operations, status that never occurs': operations({ status: 'CANCELLED' }),
    'operations, key': operations({ keyId: SELDOM }),
    'operations, key + EMBEDDING': operations({ keyId: SELDOM, operations: ['EMBEDDING'] }),
    'operations, key + SPEECH + FAILED': operations({
      keyId: LUCKY,
      operations: ['SPEECH'],
      status: 'FAILED',
    }),
    'operations, one hour + EMBEDDING': operations({ ...hour, operations: ['EMBEDDING'] }),
    'all operations': list({}),
    'all operations, deep': list({}, { after: deep }),
    'all operations, key': list({ keyId: SELDOM }),
    'all operations, FAILED': list({ status: 'FAILED' }),
    'all operations, one hour + key': list({ ...hour, keyId: SELDOM }),
    'output lengths of a model': (store) => store.ledger.outputTokens({ modelSlug: MODEL }, 100),
    'output lengths, key': (store) => store.ledger.outputTokens({ modelSlug: MODEL, keyId: SELDOM }, 100),
    'output lengths, other model': (store) =>
      store.ledger.outputTokens({ modelSlug: asModelSlug('lab/other') }, 100),
  };
};

const idAt = (ms: number): string => {
  const digits = ms.toString(16).padStart(12, '0');
  return `cmp_${digits.slice(0, 8)}-${digits.slice(8)}`;
};

const measure = async (options: StoreOptions): Promise<Timings> => {
  const store = await openStore(options, log);
  const timings = new Map<string, readonly [number, number]>();
  const middle = idAt(FIRST_MS + Math.floor(ROWS / 2) * STEP_MS);
  const asked = Object.entries(asks(middle, middle));
  // The first pages of a process are slow for its own sake, not for the ledger's.
  for (const [, ask] of asked) await ask(store);
  for (const [name, ask] of asked) {
    const times: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const start = performance.now();
      await ask(store);
      times.push(performance.now() - start);
    }
    const [quickest = Number.NaN, ...rest] = times.toSorted((one, other) => one - other);
    timings.set(name, [rest[Math.floor(TIMES / 2) - 1] ?? quickest, quickest]);
  }
  await store.close();
  return timings;
};

const onEmbedded = async (): Promise<Timings> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-ledger-'));
  try {
    const options = { kind: 'embedded', dataDir } as const;
    await writeUsual(options);
    const database = await PGlite.create(join(dataDir, 'postgres'));
    await fill((statement, parameters) => database.query(statement, parameters && [...parameters]));
    await database.close();
    return await measure(options);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const onServer = async (server: string): Promise<Timings> => {
  const name = `bench_ledger_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  try {
    const options = { kind: 'postgres', url: url.href } as const;
    await writeUsual(options);
    const client = new Client({ connectionString: url.href });
    await client.connect();
    await fill((statement, parameters) => client.query(statement, parameters && [...parameters]));
    await client.end();
    return await measure(options);
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
};

if (!values.json) say(`${ROWS} rows; milliseconds, median of ${TIMES} and the quickest`);
const results: [store: string, timings: Timings][] = [['embedded', await onEmbedded()]];
if (values.server !== undefined) results.push(['Postgres', await onServer(values.server)]);
if (values.json) {
  const plain = results.map(([store, timings]) => [store.toLowerCase(), Object.fromEntries(timings)]);
  say(JSON.stringify(Object.fromEntries(plain)));
} else {
  say(`${''.padEnd(40)}${results.map(([store]) => store.padStart(18)).join('')}`);
  for (const name of results[0]?.[1].keys() ?? []) {
    const figures = results.map(([, timings]) => {
      const [median = Number.NaN, quickest = Number.NaN] = timings.get(name) ?? [];
      return `${median.toFixed(1).padStart(10)} ${quickest.toFixed(1).padStart(7)}`;
    });
    say(`${name.padEnd(40)}${figures.join('')}`);
  }
}
