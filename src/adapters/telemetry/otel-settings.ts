/** Gives a variable of the environment; undefined or empty: not set. */
export type Variables = (name: string) => string | undefined;

export type OtlpSettings = {
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Where this signal goes, path included. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly timeoutMs: number;
  readonly isCompressed: boolean;
};

/** Where one signal is sent: at least one of the two. */
export type SignalSettings = {
  readonly otlp?: OtlpSettings;
  /** Printed on standard output as well. */
  readonly console: boolean;
};

export type SamplerSettings = {
  readonly root: 'ALL' | 'NONE' | { readonly ratio: number };
  /** What another server has decided for its trace holds here, too. */
  readonly isParentBased: boolean;
};

/** What OpenTelemetry's standard variables ask for. */
export type OtelSettings = {
  readonly traces: SignalSettings | undefined;
  readonly metrics: SignalSettings | undefined;
  readonly sampler: SamplerSettings;
  readonly resource: { readonly [name: string]: string };
  /** Whether trace context is read from requests and told to providers. */
  readonly propagates: boolean;
  /** Prompts and answers are exported, too. */
  readonly capturesContent: boolean;
  readonly batch: {
    readonly delayMs: number;
    readonly timeoutMs: number;
    readonly maxQueue: number;
    readonly maxBatch: number;
  };
  readonly metricReader: { readonly intervalMs: number; readonly timeoutMs: number };
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
};

type Signal = 'TRACES' | 'METRICS';
type Complain = (problem: string) => void;

const DEFAULT_ENDPOINT = 'http://localhost:4318';

/** As the variables of lists write pairs: `a=1,b=2`, percent-encoded. */
const pairsIn = (text: string | undefined): { readonly [name: string]: string } =>
  Object.fromEntries(
    (text ?? '').split(',').flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (at <= 0 || name === '') return [];
      const value = pair.slice(at + 1).trim();
      try {
        return [[name, decodeURIComponent(value)]];
      } catch {
        return [[name, value]];
      }
    }),
  );

const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text);

const numberIn = (
  variable: Variables,
  name: string,
  otherwise: number,
  least: number,
  complain: Complain,
): number => {
  const text = variable(name);
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && value <= 2_147_483_647) return value;
  complain(`${name} takes a whole number from ${least}; ${otherwise} is used.`);
  return otherwise;
};

const ofSignal = (variable: Variables, signal: Signal, name: string): string | undefined =>
  variable(`OTEL_EXPORTER_OTLP_${signal}_${name}`) || variable(`OTEL_EXPORTER_OTLP_${name}`) || undefined;

/** The path is added to the endpoint of all signals; that of one signal is used as it is. */
const urlOf = (variable: Variables, signal: Signal): string => {
  const own = variable(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
  if (own) return own;
  const shared = variable('OTEL_EXPORTER_OTLP_ENDPOINT') || DEFAULT_ENDPOINT;
  return `${shared.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`;
};

const otlpSettings = (variable: Variables, signal: Signal, complain: Complain): OtlpSettings | undefined => {
  const url = urlOf(variable, signal);
  const protocol = ofSignal(variable, signal, 'PROTOCOL') ?? 'http/protobuf';
  if (!isHttpUrl(url)) {
    complain(`The OTLP endpoint of ${signal.toLowerCase()} is no http(s) address; they are not exported.`);
    return undefined;
  }
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    complain(
      `OTEL_EXPORTER_OTLP_PROTOCOL takes http/protobuf or http/json; ${signal.toLowerCase()} are not exported.`,
    );
    return undefined;
  }
  return {
    protocol,
    url,
    headers: {
      ...pairsIn(variable('OTEL_EXPORTER_OTLP_HEADERS')),
      ...pairsIn(variable(`OTEL_EXPORTER_OTLP_${signal}_HEADERS`)),
    },
    timeoutMs: numberIn(
      (name) => ofSignal(variable, signal, name),
      'TIMEOUT',
      10_000,
      1,
      (problem) => complain(`OTEL_EXPORTER_OTLP_${problem}`),
    ),
    isCompressed: ofSignal(variable, signal, 'COMPRESSION') === 'gzip',
  };
};

const signalSettings = (
  variable: Variables,
  signal: Signal,
  complain: Complain,
): SignalSettings | undefined => {
  const hasEndpoint = ofSignal(variable, signal, 'ENDPOINT') !== undefined;
  const names = (variable(`OTEL_${signal}_EXPORTER`) || (hasEndpoint ? 'otlp' : 'none'))
    .split(',')
    .map((name) => name.trim().toLowerCase());
  for (const name of names)
    if (!['otlp', 'console', 'none', ''].includes(name))
      complain(
        `OTEL_${signal}_EXPORTER takes otlp, console and none, not ${JSON.stringify(name.slice(0, 50))}.`,
      );
  if (names.includes('none')) return undefined;
  const otlp = names.includes('otlp') ? otlpSettings(variable, signal, complain) : undefined;
  const toConsole = names.includes('console');
  if (otlp === undefined && !toConsole) return undefined;
  return { ...(otlp !== undefined && { otlp }), console: toConsole };
};

const samplerSettings = (variable: Variables, complain: Complain): SamplerSettings => {
  const name = (variable('OTEL_TRACES_SAMPLER') || 'parentbased_always_on').toLowerCase();
  const isParentBased = name.startsWith('parentbased_');
  switch (name.replace('parentbased_', '')) {
    case 'always_on':
      return { root: 'ALL', isParentBased };
    case 'always_off':
      return { root: 'NONE', isParentBased };
    case 'traceidratio': {
      const text = variable('OTEL_TRACES_SAMPLER_ARG') || '1';
      const ratio = Number(text);
      if (ratio >= 0 && ratio <= 1) return { root: { ratio }, isParentBased };
      complain('OTEL_TRACES_SAMPLER_ARG takes a share from 0 to 1; all traces are sampled.');
      return { root: 'ALL', isParentBased };
    }
    default:
      complain(
        'OTEL_TRACES_SAMPLER takes always_on, always_off, traceidratio and the same after parentbased_; parentbased_always_on is used.',
      );
      return { root: 'ALL', isParentBased: true };
  }
};

const temporalityOf = (variable: Variables): OtelSettings['temporality'] => {
  const text = variable('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE')?.toLowerCase();
  return text === 'delta' || text === 'lowmemory' ? text : 'cumulative';
};

/** What is wrong in the variables is told to `complain` and done without, as the standard has it. Undefined: all is off. */
export const readOtelSettings = (variable: Variables, complain: Complain): OtelSettings | undefined => {
  if (variable('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const traces = signalSettings(variable, 'TRACES', complain);
  const metrics = signalSettings(variable, 'METRICS', complain);
  if (traces === undefined && metrics === undefined) return undefined;
  const number = (name: string, otherwise: number, least = 1): number =>
    numberIn(variable, name, otherwise, least, complain);
  const maxQueue = number('OTEL_BSP_MAX_QUEUE_SIZE', 2_048);
  const intervalMs = number('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const name = variable('OTEL_SERVICE_NAME');
  return {
    traces,
    metrics,
    sampler: samplerSettings(variable, complain),
    resource: {
      'service.name': 'modelgraph',
      ...pairsIn(variable('OTEL_RESOURCE_ATTRIBUTES')),
      ...(name && { 'service.name': name }),
    },
    propagates: (variable('OTEL_PROPAGATORS') || 'tracecontext')
      .split(',')
      .some((each) => each.trim().toLowerCase() === 'tracecontext'),
    capturesContent: variable('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT')?.toLowerCase() === 'true',
    batch: {
      delayMs: number('OTEL_BSP_SCHEDULE_DELAY', 5_000),
      timeoutMs: number('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
      maxQueue,
      maxBatch: Math.min(number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512), maxQueue),
    },
    metricReader: {
      intervalMs,
      timeoutMs: Math.min(number('OTEL_METRIC_EXPORT_TIMEOUT', 30_000), intervalMs),
    },
    temporality: temporalityOf(variable),
  };
};
