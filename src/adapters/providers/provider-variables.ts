import type { ProviderEntry } from '../../domain/provider-settings.ts';
import type { KnownProvider } from './known-provider.ts';

export type Variables =
  | { readonly kind: 'FOUND'; readonly values: { readonly [name: string]: string } }
  /** `names` have to be set. */
  | { readonly kind: 'MISSING'; readonly names: readonly string[] }
  /** A value that cannot be part of an address. */
  | { readonly kind: 'REFUSED'; readonly problem: string };

/**
 * One label of a host name or one segment of a path, and nothing more: what is filled in can neither lead to
 * another host nor to another path.
 */
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/;

const namesIn = (baseUrl: string): readonly string[] =>
  [...baseUrl.matchAll(/\{([A-Z0-9_]+)\}/g)].map(([, name = '']) => name);

/**
 * Values of the variables that a known provider takes: the entry's, else the environment's, else their defaults.
 * Those that are only part of its address are not asked for where the entry has an address of its own.
 */
export const variablesOf = (
  known: KnownProvider | undefined,
  entry: ProviderEntry | undefined,
  read: (name: string) => string | undefined,
): Variables => {
  const inAddress = entry?.baseUrl === undefined ? namesIn(known?.baseUrl ?? '') : [];
  const isNeeded = (name: string): boolean => inAddress.includes(name) || known?.api.kind === 'LIBRARY';
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const variable of known?.variables ?? []) {
    const value = entry?.variables?.[variable.name] || read(variable.name) || variable.default;
    if (value !== undefined) values[variable.name] = value;
    else if (isNeeded(variable.name)) missing.push(variable.name);
  }
  if (missing.length > 0) return { kind: 'MISSING', names: missing };
  const bad = inAddress.find((name) => !LABEL.test(values[name] ?? ''));
  return bad === undefined
    ? { kind: 'FOUND', values }
    : { kind: 'REFUSED', problem: `${bad} takes letters, digits, dashes and underscores only` };
};

/** The address with the variables in it. */
export const fillBaseUrl = (baseUrl: string, values: { readonly [name: string]: string }): string =>
  baseUrl.replaceAll(/\{([A-Z0-9_]+)\}/g, (_whole, name: string) => values[name] ?? '');
