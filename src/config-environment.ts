import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { sourcesVariable } from './config-catalogue.ts';
import { trustProxySetting } from './config-clients.ts';
import { ConfigError, type FileContent, isPresent, pathText, readText } from './config-file.ts';
import { CREDENTIAL, httpAddress, NOT_A_CREDENTIAL } from './config-values.ts';
import { UNKNOWN_MODELS } from './domain/provider.ts';
import { Secret } from './domain/secret.ts';
import { SPOOL_SYNCS } from './domain/spool-settings.ts';
import { WORK_LIMITS } from './domain/work-limits.ts';

/** Variables by name; what is empty is not set. */
export type Environment = { readonly [name: string]: string | undefined };

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

/** The variables that are settings. */
export const environment = z.object({
  HOST: z.string().regex(/^\S+$/, 'takes an address or a host name').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  MODELGRAPH_DATA_DIR: z.string().default('.modelgraph'),
  MODELGRAPH_SPOOL_DIR: z.string().optional(),
  MODELGRAPH_SPOOL_SYNC: z.enum(SPOOL_SYNCS).default('off'),
  MODELGRAPH_MAX_WAITING_ROWS: wholeNumber(0, 1_000_000_000).default(1_000_000),
  MODELGRAPH_KEYS_TRUSTED_MS: wholeNumber(0, 86_400_000).default(600_000),
  DATABASE_URL: serverUrl(/^postgres(ql)?:\/\//, 'postgres://user:password@host:port/database').optional(),
  REDIS_URL: serverUrl(/^rediss?:\/\//, 'redis://user:password@host:port').optional(),
  MODELGRAPH_ADMIN_KEY: z.string().min(16).max(512).regex(CREDENTIAL, NOT_A_CREDENTIAL).optional(),
  MODELGRAPH_PUBLIC_URL: z.string().trim().pipe(httpAddress).optional(),
  MODELGRAPH_INTROSPECTION: z.enum(['on', 'off']).default('on'),
  MODELGRAPH_ALLOWED_ORIGINS: z.string().default(''),
  MODELGRAPH_MAX_REQUEST_BYTES: wholeNumber(1_024, 1_073_741_824).default(33_554_432),
  MODELGRAPH_MAX_BYTES_IN_FLIGHT: wholeNumber(1_024, 1_099_511_627_776).optional(),
  MODELGRAPH_MAX_CONNECTIONS: wholeNumber(1, 1_000_000).optional(),
  MODELGRAPH_MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(1_000),
  MODELGRAPH_HEADERS_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(20_000),
  MODELGRAPH_BODY_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(300_000),
  MODELGRAPH_READER_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(60_000),
  MODELGRAPH_TRUST_PROXY: trustProxySetting.optional(),
  MODELGRAPH_GRAPH_CPU_PERCENT: wholeNumber(1, 10_000).default(WORK_LIMITS.cpuShare * 100),
  MODELGRAPH_GRAPH_WATCHES: wholeNumber(1, 10_000).default(WORK_LIMITS.watches),
  MODELGRAPH_GRAPH_HEAVY_OPERATIONS: wholeNumber(1, 10_000).default(WORK_LIMITS.heavyOperations),
  MODELGRAPH_GRAPH_OPERATIONS: wholeNumber(1, 1_000_000).default(WORK_LIMITS.operations),
  MODELGRAPH_DRAIN_MS: wholeNumber(0, 3_600_000).default(30_000),
  MODELGRAPH_SOURCES: sourcesVariable.optional(),
  MODELGRAPH_UNKNOWN_MODELS: z.enum(UNKNOWN_MODELS).optional(),
  MODELGRAPH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  MODELGRAPH_LOG_FORMAT: z.enum(['auto', 'pretty', 'json']).default('auto'),
});

/** The given variables, and where they are silent those of `.env` in the folder. */
export const readEnvironment = (directory: string, given: Environment): Environment => {
  const path = resolve(directory, '.env');
  const fromFile = isPresent(path) ? parseEnv(readText(path)) : {};
  const merged = { ...fromFile, ...given };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
};

/** Replaces `${NAME}`; names that are not set are collected and left out. */
export const substitute = (
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
export const substituteAll = (
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

/** A key in the config file; undefined if a variable that it names is not set. */
export const keyIn = (text: string, variables: Environment): Secret | undefined => {
  const key = substitute(text.trim(), variables);
  return key.missing.length > 0 || key.text === '' ? undefined : new Secret(key.text);
};
