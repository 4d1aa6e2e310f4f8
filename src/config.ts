import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { catalogueSchema, catalogueSettings, sourcesVariable } from './config-catalogue.ts';
import { ConfigError, type FileContent, parseFile, pathText, readText } from './config-file.ts';
import { explain, problemsOf, settings } from './config-grammar.ts';
import { probesSchema } from './config-probes.ts';
import { noProxySetting, proxyChoice, proxyRules, proxySetting } from './config-proxy.ts';
import { quirks } from './config-quirks.ts';
import { configuredRoutes, configuredRouting } from './config-routes.ts';
import { readTrustedDocuments, trustedDocumentsSchema } from './config-trusted-documents.ts';
import type { CatalogueSettings } from './domain/catalogue-settings.ts';
import { asModelSlug } from './domain/ids.ts';
import { Decimal } from './domain/money.ts';
import { DIALECTS, UNKNOWN_MODELS, type UnknownModels } from './domain/provider.ts';
import type { DeclaredOffering, DeclaredPrices, ProviderEntry } from './domain/provider-settings.ts';
import type { ProxyRules } from './domain/proxy-rules.ts';
import { MAX_RETRY_AFTER_MS } from './domain/rate-limit.ts';
import { DEFAULT_POLICY, type Route, type RoutePolicy } from './domain/route.ts';
import { Secret } from './domain/secret.ts';
import type { StatedSettings } from './domain/stated-settings.ts';
import type { TrustedDocuments } from './domain/trusted-documents.ts';
import type { ProbeSettings } from './gateway/health/prober.ts';

/** Everything that an operator can set, validated. */
export type Config = {
  readonly host: string;
  readonly port: number;
  /** Where the embedded store keeps its data; absolute. */
  readonly dataDir: string;
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

type Environment = { readonly [name: string]: string | undefined };

const milliseconds = z.int().min(1).max(3_600_000);

const NOT_AN_AMOUNT = 'takes a number that is not negative, e.g. 0.15';
/** A bound that no price comes near; what is above it is a slip of the hand. */
const GREATEST_AMOUNT = new Decimal('1e12');
const TOO_LARGE = `is too large: takes at most ${GREATEST_AMOUNT.toFixed()}`;
const amount = z
  .union([z.number(), z.string()], {
    error: ({ input }) => (input === Number.POSITIVE_INFINITY ? TOO_LARGE : NOT_AN_AMOUNT),
  })
  .transform((value) => String(value))
  .refine((text) => /^\d{1,64}(\.\d{1,64})?(e[+-]?\d{1,3})?$/i.test(text), {
    error: NOT_AN_AMOUNT,
    abort: true,
  })
  .transform((text) => new Decimal(text))
  .refine((value) => value.lte(GREATEST_AMOUNT), TOO_LARGE);

const prices = settings({
  input: amount.optional(),
  output: amount.optional(),
  cacheRead: amount.optional(),
  cacheWrite5m: amount.optional(),
  cacheWrite1h: amount.optional(),
  reasoning: amount.optional(),
  perImage: amount.optional(),
  perSecond: amount.optional(),
  perMillionCharacters: amount.optional(),
  perRequest: amount.optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, e.g. USD')
    .default('USD'),
}).describe('of tokens per 1,000,000');

const model = settings({
  id: z.string().min(1).max(256),
  model: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, 'takes a canonical slug, lab/model')
    .optional(),
  prices: prices.optional(),
});

/** Credentials travel in headers, which take nothing else. */
const CREDENTIAL = /^[\x21-\x7e]+$/;
const NOT_A_CREDENTIAL = 'takes visible ASCII characters without spaces';

const isBaseUrl = (text: string): boolean => {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === '';
};

const HTTP_ADDRESS = 'takes an http(s) address without user, query and fragment';

const provider = settings({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'takes lower-case letters, digits, dots and dashes'),
  name: z.string().min(1).max(200).optional(),
  dialect: z.enum(DIALECTS).optional(),
  baseUrl: z.string().refine(isBaseUrl, HTTP_ADDRESS).optional(),
  apiKey: z.string().optional(),
  region: z.string().min(1).max(64).optional(),
  variables: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'takes names of environment variables'),
      z.union([z.string(), z.number()], { error: 'takes a text' }).transform((value) => String(value).trim()),
    )
    .optional(),
  models: z.array(model).default([]),
  quirks: quirks.optional(),
  unknownModels: z.enum(UNKNOWN_MODELS).optional(),
  proxy: proxySetting.optional(),
});

const file = settings({
  providers: z.array(provider).default([]),
  proxy: proxySetting.optional(),
  noProxy: noProxySetting.optional(),
  unknownModels: z.enum(UNKNOWN_MODELS).optional(),
  timeouts: settings({
    firstTokenMs: milliseconds.optional(),
    stallMs: milliseconds.optional(),
    totalMs: milliseconds.optional(),
    maxRetryAfterMs: milliseconds.default(MAX_RETRY_AFTER_MS),
  }).prefault({}),
  catalogue: catalogueSchema({
    baseUrl: z.string().refine(isBaseUrl, HTTP_ADDRESS),
    amount,
  }).default({}),
  // Read by itself.
  routes: z.unknown().optional(),
  routing: z.unknown().optional(),
  probes: probesSchema({ amount }).optional(),
  trustedDocuments: trustedDocumentsSchema.optional(),
});

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most,
      `takes a whole number from ${least} to ${most}`,
    )
    .transform(Number);

/** An @ behind the host means that a character of the password has ended it too early. */
const isServerUrl = (text: string): boolean => {
  const withHost = text.replace('@/', '@localhost/');
  if (!URL.canParse(withHost)) return false;
  const { pathname, hash } = new URL(withHost);
  return !pathname.includes('@') && !hash.includes('@');
};

const serverUrl = (scheme: RegExp, example: string) =>
  z
    .string()
    .refine(
      (text) => scheme.test(text) && isServerUrl(text),
      `takes ${example}, with special characters of the password percent-encoded`,
    );

const environment = z.object({
  HOST: z.string().regex(/^\S+$/, 'takes an address or a host name').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  MODELGRAPH_DATA_DIR: z.string().default('.modelgraph'),
  DATABASE_URL: serverUrl(/^postgres(ql)?:\/\//, 'postgres://user:password@host:port/database').optional(),
  REDIS_URL: serverUrl(/^rediss?:\/\//, 'redis://user:password@host:port').optional(),
  MODELGRAPH_ADMIN_KEY: z.string().min(16).max(512).regex(CREDENTIAL, NOT_A_CREDENTIAL).optional(),
  MODELGRAPH_PUBLIC_URL: z.string().trim().refine(isBaseUrl, HTTP_ADDRESS).optional(),
  MODELGRAPH_INTROSPECTION: z.enum(['on', 'off']).default('on'),
  MODELGRAPH_ALLOWED_ORIGINS: z.string().default(''),
  MODELGRAPH_MAX_REQUEST_BYTES: wholeNumber(1_024, 1_073_741_824).default(33_554_432),
  MODELGRAPH_DRAIN_MS: wholeNumber(0, 3_600_000).default(30_000),
  MODELGRAPH_SOURCES: sourcesVariable.optional(),
  MODELGRAPH_UNKNOWN_MODELS: z.enum(UNKNOWN_MODELS).optional(),
  MODELGRAPH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  MODELGRAPH_LOG_FORMAT: z.enum(['auto', 'pretty', 'json']).default('auto'),
});

const readEnvironment = (directory: string, given: Environment): Environment => {
  const path = resolve(directory, '.env');
  const fromFile = existsSync(path) ? parseEnv(readText(path)) : {};
  const merged = { ...fromFile, ...given };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
};

/** Replaces `${NAME}`; names that are not set are collected and left out. */
const substitute = (
  text: string,
  variables: Environment,
): { readonly text: string; readonly missing: string[] } => {
  const missing: string[] = [];
  const replaced = text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, name: string) => {
    const value = variables[name];
    if (value === undefined) missing.push(name);
    return value ?? '';
  });
  return { text: replaced, missing };
};

/**
 * Substitutes in every text but keys, whose missing variables only turn their provider off. A name with
 * nothing behind it is not set.
 */
const substituteAll = (
  value: unknown,
  variables: Environment,
  content: FileContent,
  path: readonly PropertyKey[] = [],
): unknown => {
  if (typeof value === 'string') {
    if (path.at(-1) === 'apiKey') return value;
    const { text, missing } = substitute(value, variables);
    if (missing.length === 0) return text;
    throw new ConfigError(`${content.at(path)}: ${pathText(path)}: \${${missing[0]}} is not set.`);
  }
  if (Array.isArray(value))
    return value.map((each, index) => substituteAll(each, variables, content, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        each === null ? undefined : substituteAll(each, variables, content, [...path, name]),
      ]),
    );
  }
  return value;
};

const declaredPrices = (given: z.infer<typeof prices>): DeclaredPrices => {
  const { currency, ...rates } = given;
  return { currency, ...Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined)) };
};

const declaredOffering = (given: z.infer<typeof model>): DeclaredOffering => ({
  providerModelId: given.id,
  ...(given.model !== undefined && { modelSlug: asModelSlug(given.model) }),
  ...(given.prices !== undefined && { prices: declaredPrices(given.prices) }),
});

const providerEntry = (
  given: z.infer<typeof provider>,
  index: number,
  variables: Environment,
): ProviderEntry => {
  const {
    id,
    name,
    dialect,
    baseUrl,
    region,
    variables: values,
    models,
    unknownModels,
    quirks: stated,
    proxy,
  } = given;
  const key = given.apiKey === undefined ? undefined : substitute(given.apiKey.trim(), variables);
  return {
    id,
    missingVariables: key?.missing ?? [],
    models: models.map(declaredOffering),
    ...(name !== undefined && { name }),
    ...(dialect !== undefined && { dialect }),
    ...(baseUrl !== undefined && { baseUrl: baseUrl.replace(/\/+$/, '') }),
    ...(region !== undefined && { region }),
    ...(values !== undefined && { variables: values }),
    ...(unknownModels !== undefined && { unknownModels }),
    ...(stated !== undefined && { quirks: stated }),
    ...(proxy !== undefined && { proxy: proxyChoice(proxy, pathText(['providers', index, 'proxy'])) }),
    ...(key !== undefined && key.missing.length === 0 && key.text !== '' && { apiKey: new Secret(key.text) }),
  };
};

type Sources = z.infer<typeof environment>['MODELGRAPH_SOURCES'];

const keyIn = (text: string, variables: Environment): Secret | undefined => {
  const key = substitute(text.trim(), variables);
  return key.missing.length > 0 || key.text === '' ? undefined : new Secret(key.text);
};

const readFile = (
  path: string,
  variables: Environment,
  sources: Sources,
): Pick<
  Config,
  'providers' | 'timeouts' | 'catalogue' | 'proxy' | 'routing' | 'routes' | 'probes' | 'trustedDocuments'
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
    variable: sources,
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
  const exists = existsSync(path);
  if (named !== undefined && !exists)
    throw new ConfigError(`${nameOf('MODELGRAPH_CONFIG')}: there is no file ${path}.`);
  const settings = parsed.data;
  const fromFile = exists ? readFile(path, variables, settings.MODELGRAPH_SOURCES) : undefined;
  return {
    host: settings.HOST,
    port: settings.PORT,
    dataDir: resolve(directory, settings.MODELGRAPH_DATA_DIR),
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    adminKey:
      settings.MODELGRAPH_ADMIN_KEY === undefined ? undefined : new Secret(settings.MODELGRAPH_ADMIN_KEY),
    publicUrl: settings.MODELGRAPH_PUBLIC_URL?.replace(/\/+$/, ''),
    introspection: settings.MODELGRAPH_INTROSPECTION === 'on',
    allowedOrigins: settings.MODELGRAPH_ALLOWED_ORIGINS.split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    maxRequestBytes: settings.MODELGRAPH_MAX_REQUEST_BYTES,
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
export const configWith = (stated: StatedSettings): Config => loadConfig(process.cwd(), process.env, stated);
