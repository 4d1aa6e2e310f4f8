import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { catalogueSchema, catalogueSettings } from './config-catalogue.ts';
import { clientLimits, trustProxySetting } from './config-clients.ts';
import {
  type Environment,
  environment,
  keyIn,
  readEnvironment,
  substituteAll,
} from './config-environment.ts';
import { ConfigError, isPresent, parseFile, pathText } from './config-file.ts';
import { explain, problemsOf, settings } from './config-grammar.ts';
import { probesSchema } from './config-probes.ts';
import { providerEntry, providerSchema } from './config-providers.ts';
import { noProxySetting, proxyRules, proxySetting } from './config-proxy.ts';
import { configuredRoutes, configuredRouting } from './config-routes.ts';
import { readTrustedDocuments, trustedDocumentsSchema } from './config-trusted-documents.ts';
import { CREDENTIAL, NOT_A_CREDENTIAL } from './config-values.ts';
import type { CatalogueSettings } from './domain/catalogue-settings.ts';
import { UNKNOWN_MODELS, type UnknownModels } from './domain/provider.ts';
import type { ProviderEntry } from './domain/provider-settings.ts';
import type { ProxyRules } from './domain/proxy-rules.ts';
import { MAX_RETRY_AFTER_MS } from './domain/rate-limit.ts';
import { DEFAULT_POLICY, type Route, type RoutePolicy } from './domain/route.ts';
import { Secret } from './domain/secret.ts';
import type { SpoolSettings } from './domain/spool-settings.ts';
import type { StatedSettings } from './domain/stated-settings.ts';
import type { TrustedDocuments } from './domain/trusted-documents.ts';
import type { WorkLimits } from './domain/work-limits.ts';
import type { ClientLimits } from './faces/http/http-server.ts';
import type { ProbeSettings } from './gateway/routing/health/prober.ts';

/** Everything that an operator can set, validated. */
export type Config = {
  readonly host: string;
  readonly port: number;
  /** Where the embedded store keeps its data; absolute. */
  readonly dataDir: string;
  /** Where rows of the ledger wait until the store has them; undefined: in memory alone. */
  readonly spool: SpoolSettings | undefined;
  /** So many rows of the ledger may wait for a store that does not take them; then new work is refused. */
  readonly maxWaitingRows: number;
  /** How long keys that are known go on working while the store is away, in milliseconds. */
  readonly keysTrustedMs: number;
  /** Postgres instead of the embedded store. */
  readonly databaseUrl: string | undefined;
  /** Redis as the shared state of several nodes. */
  readonly redisUrl: string | undefined;
  readonly adminKey: Secret | undefined;
  /** Where clients reach this server, without a slash at the end; undefined: where it listens. */
  readonly publicUrl: string | undefined;
  readonly introspection: boolean;
  readonly allowedOrigins: readonly string[];
  readonly maxRequestBytes: number;
  /** What clients may hold together. */
  readonly clients: ClientLimits;
  /** How long a client may take for the head of a request, and for all of it, in milliseconds. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Of each key. */
  readonly workLimits: WorkLimits;
  /** How long a stopping server waits for completions under way, in milliseconds. */
  readonly drainMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** auto: readable lines on a terminal, JSON elsewhere. */
  readonly logFormat: 'auto' | 'pretty' | 'json';
  /** What becomes of names of models that nothing lists, at providers whose entry does not say. */
  readonly unknownModels: UnknownModels;
  readonly timeouts: { readonly firstTokenMs?: number; readonly stallMs?: number; readonly totalMs?: number };
  /** The longest wait that a provider may ask for and be believed, in milliseconds. */
  readonly maxRetryAfterMs: number;
  /** In the order of the file. */
  readonly providers: readonly ProviderEntry[];
  readonly catalogue: CatalogueSettings;
  /** Which proxies are used for what has none of its own. */
  readonly proxy: ProxyRules;
  /** As of when the file was last written. What they name in the catalogue may not be there. */
  readonly routes: readonly Route[];
  /** How names of models are routed. */
  readonly routing: RoutePolicy;
  /** Undefined: clients send their operations whole, or register them. */
  readonly trustedDocuments: TrustedDocuments | undefined;
  /** Undefined: offerings that are left alone are tried again with callers' requests alone. */
  readonly probes: ProbeSettings | undefined;
  /** The config file that was read. */
  readonly file: string | undefined;
  /** A credential from the environment; undefined where it is not set or empty. Throws ConfigError. */
  readonly secret: (variable: string) => Secret | undefined;
  /** A value from the environment that is no credential; undefined where it is not set or empty. */
  readonly variable: (name: string) => string | undefined;
};

const milliseconds = z.int().min(1).max(3_600_000);

const file = settings({
  providers: z.array(providerSchema).default([]),
  proxy: proxySetting.optional(),
  noProxy: noProxySetting.optional(),
  unknownModels: z.enum(UNKNOWN_MODELS).optional(),
  trustProxy: trustProxySetting.optional(),
  timeouts: settings({
    firstTokenMs: milliseconds.optional(),
    stallMs: milliseconds.optional(),
    totalMs: milliseconds.optional(),
    maxRetryAfterMs: milliseconds.default(MAX_RETRY_AFTER_MS),
  }).prefault({}),
  catalogue: catalogueSchema().default({}),
  // Read by itself.
  routes: z.unknown().optional(),
  routing: z.unknown().optional(),
  probes: probesSchema.optional(),
  trustedDocuments: trustedDocumentsSchema.optional(),
});

type EnvironmentSettings = z.infer<typeof environment>;

const readFile = (
  path: string,
  variables: Environment,
  settings: EnvironmentSettings,
): Pick<
  Config,
  | 'clients'
  | 'providers'
  | 'timeouts'
  | 'catalogue'
  | 'proxy'
  | 'routing'
  | 'routes'
  | 'probes'
  | 'trustedDocuments'
> & {
  readonly unknownModels?: UnknownModels | undefined;
  readonly maxRetryAfterMs: number;
} => {
  const content = parseFile(path);
  const parsed = file.safeParse(substituteAll(content.value, variables, content), { error: explain });
  if (!parsed.success) {
    throw new ConfigError(problemsOf(parsed.error, content).join('\n'));
  }
  const mistake = (where: readonly PropertyKey[], what: string): ConfigError =>
    new ConfigError(`${content.at(where)}: ${pathText(where)}: ${what}.`);
  const seen = new Set<string>();
  for (const [index, { id }] of parsed.data.providers.entries()) {
    if (seen.has(id)) throw mistake(['providers', index, 'id'], `"${id}" is listed twice`);
    seen.add(id);
  }
  for (const [index, { models }] of parsed.data.providers.entries()) {
    const ids = new Set<string>();
    for (const [position, { id }] of models.entries()) {
      const where = ['providers', index, 'models', position, 'id'];
      if (ids.has(id)) throw mistake(where, `${JSON.stringify(id)} is listed twice`);
      ids.add(id);
    }
  }
  const providers = parsed.data.providers.map((entry, index) => providerEntry(entry, index, variables));
  for (const [index, { apiKey }] of providers.entries()) {
    if (apiKey !== undefined && !CREDENTIAL.test(apiKey.reveal()))
      throw mistake(['providers', index, 'apiKey'], NOT_A_CREDENTIAL);
  }
  const { firstTokenMs, stallMs, totalMs, maxRetryAfterMs } = parsed.data.timeouts;
  const catalogue = catalogueSettings(parsed.data.catalogue, {
    variable: settings.MODELGRAPH_SOURCES,
    directory: dirname(path),
    secretOf: (text) => keyIn(text, variables),
  });
  for (const { id, apiKey } of catalogue.sources) {
    if (apiKey !== undefined && !CREDENTIAL.test(apiKey.reveal()))
      throw mistake(['catalogue', 'sources', id, 'apiKey'], NOT_A_CREDENTIAL);
  }
  return {
    providers,
    catalogue,
    proxy: proxyRules(variables, parsed.data),
    maxRetryAfterMs,
    probes: parsed.data.probes,
    trustedDocuments:
      parsed.data.trustedDocuments && readTrustedDocuments(parsed.data.trustedDocuments, dirname(path)),
    unknownModels: parsed.data.unknownModels,
    clients: clientLimits(settings, parsed.data.trustProxy),
    routing: configuredRouting(parsed.data.routing, content),
    routes: configuredRoutes(parsed.data.routes, content, statSync(path).mtime),
    timeouts: {
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(stallMs !== undefined && { stallMs }),
      ...(totalMs !== undefined && { totalMs }),
    },
  };
};

/**
 * Reads the environment, `.env` and the config file: MODELGRAPH_CONFIG, else ./modelgraph.yaml where there is
 * one. What is set in the environment wins over `.env`, what is stated on the command line over both. Throws ConfigError.
 */
export const loadConfig = (
  directory = process.cwd(),
  given: Environment = process.env,
  stated: StatedSettings = {},
): Config => {
  const nameOf = (variable: string): string => stated[variable]?.flag ?? variable;
  const flags = Object.entries(stated).map(([variable, { value }]) => [variable, value] as const);
  const variables = { ...readEnvironment(directory, given), ...Object.fromEntries(flags) };
  const parsed = environment.safeParse(variables, { error: explain });
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${nameOf(pathText(path))}: ${message}.`).join('\n'),
    );
  }
  const named = variables.MODELGRAPH_CONFIG;
  const path = resolve(directory, named ?? 'modelgraph.yaml');
  const exists = isPresent(path);
  if (named !== undefined && !exists)
    throw new ConfigError(`${nameOf('MODELGRAPH_CONFIG')}: there is no file ${path}.`);
  const settings = parsed.data;
  const fromFile = exists ? readFile(path, variables, settings) : undefined;
  return {
    host: settings.HOST,
    port: settings.PORT,
    dataDir: resolve(directory, settings.MODELGRAPH_DATA_DIR),
    spool:
      settings.MODELGRAPH_SPOOL_DIR === 'off'
        ? undefined
        : {
            directory: resolve(
              directory,
              settings.MODELGRAPH_SPOOL_DIR ?? join(settings.MODELGRAPH_DATA_DIR, 'spool'),
            ),
            sync: settings.MODELGRAPH_SPOOL_SYNC,
          },
    maxWaitingRows: settings.MODELGRAPH_MAX_WAITING_ROWS,
    keysTrustedMs: settings.MODELGRAPH_KEYS_TRUSTED_MS,
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    adminKey:
      settings.MODELGRAPH_ADMIN_KEY === undefined ? undefined : new Secret(settings.MODELGRAPH_ADMIN_KEY),
    publicUrl: settings.MODELGRAPH_PUBLIC_URL?.replace(/\/+$/, ''),
    introspection: settings.MODELGRAPH_INTROSPECTION === 'on',
    allowedOrigins: settings.MODELGRAPH_ALLOWED_ORIGINS.split(',')
      // Browsers send an origin without a path, and in small letters.
      .map((each) => each.trim().replace(/\/+$/, '').toLowerCase())
      .filter((each) => each !== ''),
    maxRequestBytes: settings.MODELGRAPH_MAX_REQUEST_BYTES,
    headersTimeoutMs: settings.MODELGRAPH_HEADERS_TIMEOUT_MS,
    requestTimeoutMs: settings.MODELGRAPH_BODY_TIMEOUT_MS,
    workLimits: {
      cpuShare: settings.MODELGRAPH_GRAPH_CPU_PERCENT / 100,
      heavyOperations: settings.MODELGRAPH_GRAPH_HEAVY_OPERATIONS,
      watches: settings.MODELGRAPH_GRAPH_WATCHES,
      operations: settings.MODELGRAPH_GRAPH_OPERATIONS,
    },
    drainMs: settings.MODELGRAPH_DRAIN_MS,
    logLevel: settings.MODELGRAPH_LOG_LEVEL,
    logFormat: settings.MODELGRAPH_LOG_FORMAT,
    ...(fromFile ?? {
      providers: [],
      proxy: proxyRules(variables),
      trustedDocuments: undefined,
      routing: DEFAULT_POLICY,
      routes: [],
      probes: undefined,
      clients: clientLimits(settings, undefined),
      timeouts: {},
      maxRetryAfterMs: MAX_RETRY_AFTER_MS,
      catalogue: catalogueSettings(
        {},
        {
          variable: settings.MODELGRAPH_SOURCES,
          directory,
          secretOf: (text) => keyIn(text, variables),
        },
      ),
    }),
    unknownModels: settings.MODELGRAPH_UNKNOWN_MODELS ?? fromFile?.unknownModels ?? 'PASS',
    file: exists ? path : undefined,
    secret: (variable) => {
      const value = variables[variable]?.trim();
      if (value === undefined) return undefined;
      if (!CREDENTIAL.test(value)) throw new ConfigError(`${variable}: ${NOT_A_CREDENTIAL}.`);
      return new Secret(value);
    },
    variable: (name) => variables[name]?.trim(),
  };
};

/** The configuration of a command that was called in this folder, with what its flags state. Throws ConfigError. */
export const configWith = (stated: StatedSettings): Config =>
  loadConfig(currentFolder(), process.env, stated);

const currentFolder = (): string => {
  try {
    return process.cwd();
  } catch (error) {
    throw new ConfigError(
      'The folder that this was called in is not there any more. Go to one that is, and call it again.',
      { cause: error },
    );
  }
};
