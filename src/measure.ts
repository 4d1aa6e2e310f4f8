import { z } from 'zod';
import { createSystemClock } from './adapters/clock.ts';
import { createMediaFetcher } from './adapters/media/fetcher.ts';
import { createOutbound } from './adapters/outbound.ts';
import { configureProviders } from './adapters/providers/configure-providers.ts';
import { createMemoryState } from './adapters/state/memory.ts';
import { openLog } from './adapters/telemetry/log.ts';
import { overridesReading, ratesReading } from './catalogue/sources/operator-readings.ts';
import { type Config, configWith } from './config.ts';
import { systemCaller } from './control/system-caller.ts';
import { originOf } from './domain/error-origin.ts';
import type { Printout } from './faces/cli/catalogue-commands.ts';
import type { MeasureCommand } from './faces/cli/commands/measure.ts';
import { flagProblem } from './faces/cli/flag-problem.ts';
import { type MeasuredList, type MeasuredRow, measureJson, measureTable } from './faces/cli/measure-table.ts';
import { terminalFor } from './faces/cli/terminal.ts';
import { createGateway } from './gateway/gateway.ts';
import { createLedger } from './gateway/ledger.ts';
import type { MeasureReport, OfferingMeasurement } from './gateway/measure/measure-offerings.ts';
import { NO_ROUTES } from './gateway/routing/policy/route-book.ts';
import { openCatalogue } from './open-catalogue.ts';
import { overridesFile } from './overrides-file.ts';

/** As the server's own default. */
const TIME_LIMIT_MS = 60_000;
const DRAIN_MS = 1_000;

const ALONE =
  'Measured by this command alone, which keeps nothing. With --url and --key a running server measures, and then compares and routes by the figures.';

type Measured =
  | { readonly list: MeasuredList; readonly notes: readonly string[] }
  | { readonly problem: string };

const rowOf = (measurement: OfferingMeasurement): MeasuredRow => {
  const { name, samples, ttftMs, outputTps, cost, failure, skipped } = measurement;
  return {
    offering: name,
    samples,
    ttftMs,
    outputTps,
    cost: cost?.toFixed(),
    error: failure && { code: failure.code, message: failure.message },
    skipped,
  };
};

const listOf = ({ results, skips, unpricedCalls, spent, budget }: MeasureReport): MeasuredList => ({
  rows: results.map(rowOf),
  skips,
  unpricedCalls,
  spent: spent.amount.toFixed(),
  budget: budget.amount.toFixed(),
  currency: budget.currency,
});

/** With the configured providers, in this process, without a store. Ctrl-C ends it with what was measured so far. */
const measureHere = async (options: MeasureCommand, config: Config): Promise<Measured> => {
  const log = openLog('error', config.logFormat);
  const clock = createSystemClock();
  const outbound = createOutbound(config.proxy);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.once('SIGINT', stop);
  // Timers of the clock let a process end, and the sandbox has nothing else that would hold it.
  const alive = setInterval(() => {}, TIME_LIMIT_MS);
  try {
    const [{ listed, connected }, overrides] = await Promise.all([
      configureProviders(config.providers, config, { ...outbound, log, clock }),
      overridesFile(config.catalogue.overrides)?.read(),
    ]);
    const readAt = clock.now();
    const readings = [
      ...(overrides === undefined ? [] : [overridesReading(overrides, readAt)]),
      ...ratesReading(config.catalogue, readAt),
    ];
    const { catalogue } = await openCatalogue({ providers: listed, readings, readAt });
    const gateway = createGateway({
      catalogue: () => catalogue,
      providers: () => connected,
      media: createMediaFetcher({ proxyOf: (url) => outbound.proxyOf(url), log }),
      clock,
      ledger: createLedger(
        { begin: () => ({ add: () => {}, write: async () => {}, texts: () => [] }) },
        clock,
        log,
      ),
      book: NO_ROUTES,
      defaultPolicy: config.routing,
      state: createMemoryState(),
      log,
      onDefect: (error, provider) => log.error('a provider threw', { provider, error: originOf(error) }),
    });
    const answer = await gateway.measure(
      systemCaller('measure', readAt),
      { ...options, timeLimitMs: TIME_LIMIT_MS },
      stopped.signal,
    );
    await gateway.drain(DRAIN_MS);
    return answer.kind === 'INVALID'
      ? { problem: flagProblem(answer.path, answer.problem) }
      : { list: listOf(answer.report), notes: [ALONE] };
  } finally {
    clearInterval(alive);
    process.removeListener('SIGINT', stop);
    await outbound.destroy();
  }
};

const MUTATION = `mutation Measure($input: MeasureOfferingsInput!) {
  measureOfferings(input: $input) {
    __typename
    ... on Error { message }
    ... on OfferingMeasurements {
      spent { amount }
      budget { amount currency }
      skips { reason count }
      unpricedCalls
      results {
        name
        samples
        ttftMs
        outputTps
        cost { amount }
        error { code message }
        skipped
        skippedDetail
      }
    }
  }
}`;

const amountSchema = z.object({ amount: z.string() });
const reportSchema = z.object({
  spent: amountSchema,
  budget: z.object({ amount: z.string(), currency: z.string() }),
  skips: z.array(z.object({ reason: z.string(), count: z.number() })),
  unpricedCalls: z.number(),
  results: z.array(
    z.object({
      name: z.string(),
      samples: z.number(),
      ttftMs: z.number().nullable(),
      outputTps: z.number().nullable(),
      cost: amountSchema.nullable(),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
      skipped: z.string().nullable(),
      skippedDetail: z.string().nullable(),
    }),
  ),
});
const answerSchema = z.object({
  errors: z.array(z.object({ message: z.string() })).optional(),
  data: z
    .object({
      measureOfferings: z.union([reportSchema, z.object({ message: z.string() })]).nullable(),
    })
    .nullish(),
});

const remoteList = ({
  results,
  skips,
  unpricedCalls,
  spent,
  budget,
}: z.infer<typeof reportSchema>): MeasuredList => ({
  skips,
  unpricedCalls,
  rows: results.map(({ name, samples, ttftMs, outputTps, cost, error, skipped, skippedDetail }) => ({
    offering: name,
    samples,
    ttftMs: ttftMs ?? undefined,
    outputTps: outputTps ?? undefined,
    cost: cost?.amount,
    error: error ?? undefined,
    skipped: skipped === null ? undefined : { reason: skipped, detail: skippedDetail ?? '' },
  })),
  spent: spent.amount,
  budget: budget.amount,
  currency: budget.currency,
});

/** By a running server, over its graph. The server stops measuring when this process ends. */
const measureThere = async (
  url: string,
  key: string,
  options: MeasureCommand,
  config: Config,
): Promise<Measured> => {
  const { models, providers, filter, samples, limit, allowUnpriced, budget } = options;
  const input = {
    samples,
    limit,
    allowUnpriced,
    budget: { amount: budget.amount.toFixed(), currency: budget.currency },
    ...(models !== undefined && { models }),
    ...(providers !== undefined && { providers }),
    ...(Object.keys(filter).length > 0 && { filter }),
  };
  const outbound = createOutbound(config.proxy);
  const unreadable = { problem: `${url} does not answer as a modelgraph server does.` };
  try {
    const { origin, pathname } = new URL(`${url}/graphql`);
    const response = await outbound.dispatcher.request({
      origin,
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: MUTATION, variables: { input } }),
    });
    const answer = answerSchema.safeParse(await response.body.json());
    if (!answer.success) return unreadable;
    const { data, errors } = answer.data;
    const found = data?.measureOfferings;
    if (found == null) return errors?.[0] === undefined ? unreadable : { problem: errors[0].message };
    return 'message' in found ? { problem: found.message } : { list: remoteList(found), notes: [] };
  } catch (error) {
    return {
      problem: `${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
    };
  } finally {
    await outbound.destroy();
  }
};

/** What `modelgraph measure` prints, and its exit code: 0 where something was measured. */
export const measure = async (
  options: MeasureCommand,
): Promise<{ readonly printout: Printout; readonly exitCode: 0 | 1 }> => {
  const config = configWith(options.settings);
  const { url, json } = options;
  const key = options.key ?? config.adminKey?.reveal();
  if (url !== undefined && key === undefined)
    return { printout: { problem: '--url needs --key, or MODELGRAPH_ADMIN_KEY.' }, exitCode: 1 };
  const measured =
    url === undefined || key === undefined
      ? await measureHere(options, config)
      : await measureThere(url, key, options, config);
  if ('problem' in measured) return { printout: measured, exitCode: 1 };
  const { list, notes } = measured;
  const text = json ? measureJson(list, notes) : measureTable(list, notes, terminalFor(process.stdout));
  return { printout: { text }, exitCode: list.rows.some(({ samples }) => samples > 0) ? 0 : 1 };
};
