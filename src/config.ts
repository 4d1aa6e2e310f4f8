import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { asModelSlug } from './domain/ids.ts';
import { Decimal } from './domain/money.ts';
import type { DeclaredOffering, DeclaredPrices, ProviderEntry } from './domain/provider-settings.ts';
import { Secret } from './domain/secret.ts';

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
  readonly introspection: boolean;
  readonly allowedOrigins: readonly string[];
  readonly maxRequestBytes: number;
  /** How long a stopping server waits for completions under way, in milliseconds. */
  readonly drainMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly timeouts: { readonly firstTokenMs?: number; readonly stallMs?: number; readonly totalMs?: number };
  /** In the order of the file. */
  readonly providers: readonly ProviderEntry[];
  /** The config file that was read. */
  readonly file: string | undefined;
  /** A credential from the environment; undefined where it is not set or empty. */
  readonly secret: (variable: string) => Secret | undefined;
};

/** Something that an operator wrote is wrong. The message says where and what to do. */
export class ConfigError extends Error {}

type Environment = { readonly [name: string]: string | undefined };

const milliseconds = z.int().min(1).max(3_600_000);

const amount = z
  .union([z.number(), z.string()])
  .transform((value) => String(value))
  .refine((text) => /^\d+(\.\d+)?(e-\d+)?$/.test(text), 'takes a number that is not negative, e.g. 0.15')
  .transform((text) => new Decimal(text));

const prices = z
  .strictObject({
    input: amount.optional(),
    output: amount.optional(),
    cacheRead: amount.optional(),
    cacheWrite5m: amount.optional(),
    cacheWrite1h: amount.optional(),
    reasoning: amount.optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, e.g. USD')
      .default('USD'),
  })
  .describe('per 1,000,000 tokens');

const model = z.strictObject({
  id: z.string().min(1).max(256),
  model: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, 'takes a canonical slug, lab/model')
    .optional(),
  prices: prices.optional(),
});

const provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'takes lower-case letters, digits, dots and dashes'),
  name: z.string().min(1).max(200).optional(),
  dialect: z.enum(['openai', 'anthropic', 'gemini']).optional(),
  baseUrl: z
    .string()
    .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), 'takes an http(s) address')
    .optional(),
  apiKey: z.string().optional(),
  region: z.string().min(1).max(64).optional(),
  models: z.array(model).default([]),
});

const file = z.strictObject({
  providers: z.array(provider).default([]),
  timeouts: z
    .strictObject({
      firstTokenMs: milliseconds.optional(),
      stallMs: milliseconds.optional(),
      totalMs: milliseconds.optional(),
    })
    .default({}),
});

const environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int('takes a port').min(0).max(65_535).default(4000),
  MODELGRAPH_DATA_DIR: z.string().min(1).default('.modelgraph'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'takes postgres://user:password@host:port/database')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'takes redis://host:port')
    .optional(),
  MODELGRAPH_ADMIN_KEY: z
    .string()
    .min(16, 'takes at least 16 characters')
    .max(512)
    .regex(/^\S+$/, 'takes no spaces')
    .optional(),
  MODELGRAPH_INTROSPECTION: z.enum(['on', 'off']).default('on'),
  MODELGRAPH_ALLOWED_ORIGINS: z.string().default(''),
  MODELGRAPH_MAX_REQUEST_BYTES: z.coerce.number().int().min(1_024).max(1_073_741_824).default(33_554_432),
  MODELGRAPH_DRAIN_MS: z.coerce.number().int().min(0).max(3_600_000).default(30_000),
  MODELGRAPH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** `providers[0].apiKey` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

const readEnvironment = (directory: string, given: Environment): Environment => {
  const path = resolve(directory, '.env');
  const fromFile = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  const merged = { ...fromFile, ...given };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''),
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

type FileContent = {
  readonly value: unknown;
  /** Where a path stands, e.g. `modelgraph.yaml:7`. */
  readonly at: (path: readonly PropertyKey[]) => string;
};

const parseFile = (path: string): FileContent => {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) throw new ConfigError(`${path}: ${problem.message}`);
  const value: unknown = document.toJS() ?? {};
  if (document.contents !== null && !isMap(document.contents)) {
    throw new ConfigError(`${path}: takes a mapping with \`providers\`.`);
  }
  const at = (keys: readonly PropertyKey[]): string => {
    for (let length = keys.length; length > 0; length -= 1) {
      const node = document.getIn(keys.slice(0, length), true);
      const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
      if (range?.[0] !== undefined) return `${path}:${lines.linePos(range[0]).line}`;
    }
    return path;
  };
  return { value, at };
};

/** Substitutes in every text but keys, whose missing variables only turn their provider off. */
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
        substituteAll(each, variables, content, [...path, name]),
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

const providerEntry = (given: z.infer<typeof provider>, variables: Environment): ProviderEntry => {
  const { id, name, dialect, baseUrl, region, models } = given;
  const key = given.apiKey === undefined ? undefined : substitute(given.apiKey, variables);
  return {
    id,
    missingVariables: key?.missing ?? [],
    models: models.map(declaredOffering),
    ...(name !== undefined && { name }),
    ...(dialect !== undefined && { dialect }),
    ...(baseUrl !== undefined && { baseUrl: baseUrl.replace(/\/+$/, '') }),
    ...(region !== undefined && { region }),
    ...(key !== undefined && key.missing.length === 0 && key.text !== '' && { apiKey: new Secret(key.text) }),
  };
};

const readFile = (path: string, variables: Environment): Pick<Config, 'providers' | 'timeouts'> => {
  const content = parseFile(path);
  const parsed = file.safeParse(substituteAll(content.value, variables, content));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${content.at(issue.path)}: ${pathText(issue.path) || 'the file'}: ${issue.message}`,
    );
    throw new ConfigError(problems.join('\n'));
  }
  const seen = new Set<string>();
  for (const [index, { id }] of parsed.data.providers.entries()) {
    const where = ['providers', index, 'id'];
    if (seen.has(id))
      throw new ConfigError(`${content.at(where)}: ${pathText(where)}: "${id}" is listed twice.`);
    seen.add(id);
  }
  const { firstTokenMs, stallMs, totalMs } = parsed.data.timeouts;
  return {
    providers: parsed.data.providers.map((entry) => providerEntry(entry, variables)),
    timeouts: {
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(stallMs !== undefined && { stallMs }),
      ...(totalMs !== undefined && { totalMs }),
    },
  };
};

/**
 * Reads the environment, `.env` and the config file: MODELGRAPH_CONFIG, else ./modelgraph.yaml where there is
 * one. What is set in the environment wins over `.env`. Throws ConfigError.
 */
export const loadConfig = (directory = process.cwd(), given: Environment = process.env): Config => {
  const variables = readEnvironment(directory, given);
  const parsed = environment.safeParse(variables);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`).join('\n'),
    );
  }
  const named = variables.MODELGRAPH_CONFIG;
  const path = resolve(directory, named ?? 'modelgraph.yaml');
  const exists = existsSync(path);
  if (named !== undefined && !exists) throw new ConfigError(`MODELGRAPH_CONFIG: there is no file ${path}.`);
  const settings = parsed.data;
  return {
    host: settings.HOST,
    port: settings.PORT,
    dataDir: resolve(directory, settings.MODELGRAPH_DATA_DIR),
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    adminKey:
      settings.MODELGRAPH_ADMIN_KEY === undefined ? undefined : new Secret(settings.MODELGRAPH_ADMIN_KEY),
    introspection: settings.MODELGRAPH_INTROSPECTION === 'on',
    allowedOrigins: settings.MODELGRAPH_ALLOWED_ORIGINS.split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    maxRequestBytes: settings.MODELGRAPH_MAX_REQUEST_BYTES,
    drainMs: settings.MODELGRAPH_DRAIN_MS,
    logLevel: settings.MODELGRAPH_LOG_LEVEL,
    ...(exists ? readFile(path, variables) : { providers: [], timeouts: {} }),
    file: exists ? path : undefined,
    secret: (variable) => {
      const value = variables[variable];
      return value === undefined ? undefined : new Secret(value);
    },
  };
};
