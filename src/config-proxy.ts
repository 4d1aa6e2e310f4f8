import { z } from 'zod';
import type { Environment } from './config-environment.ts';
import { ConfigError } from './config-file.ts';
import { isNoProxyEntry, noProxy, splitNoProxy } from './domain/no-proxy.ts';
import { PROXY_FORM, type ProxyChoice, parseProxy } from './domain/proxy.ts';
import type { ProxyRules } from './domain/proxy-rules.ts';

/** A proxy in the config file: an address, or `none` (or false) for no proxy. It is read where its path is known. */
export const proxySetting = z
  .union([z.literal(false), z.string()], { error: `${PROXY_FORM}, or none` })
  .transform((value) => (value === false ? 'none' : value))
  .superRefine((text, context) => {
    if (isNone(text)) return;
    const proxy = parseProxy(text, '');
    if (typeof proxy === 'string') context.addIssue({ code: 'custom', message: `${proxy}, or none` });
  });

/** Hosts in the config file that no proxy is used for, besides those of NO_PROXY. */
export const noProxySetting = z
  .array(
    z
      .string()
      .refine(
        isNoProxyEntry,
        'takes a host, e.g. .corp or gpu.corp:8000, an address, or a network, e.g. 10.0.0.0/8',
      ),
  )
  .max(1_000);

/** `off` and the like would otherwise be hosts of these names. */
const isNone = (text: string): boolean => /^(none|no|off|false|direct)$/i.test(text.trim());

/** A setting that `proxySetting` has taken. */
export const proxyChoice = (text: string, setting: string): ProxyChoice => {
  if (isNone(text)) return 'NONE';
  const proxy = parseProxy(text, setting);
  if (typeof proxy === 'string') throw new ConfigError(`${setting}: ${proxy}.`);
  return proxy;
};

/** The proxy that the first variable that is set names. Throws ConfigError. */
const fromVariables = (variables: Environment, names: readonly string[]): ProxyChoice | undefined => {
  for (const name of names) {
    const text = variables[name];
    if (text !== undefined) return proxyChoice(text, name);
  }
  return undefined;
};

/** As curl reads the environment: small letters first, ALL_PROXY where there is none for the scheme. */
const variablesOf = (scheme: string): readonly string[] =>
  [scheme, 'all'].flatMap((name) => [`${name}_proxy`, `${name.toUpperCase()}_PROXY`]);

/** What goes through which proxy: the file's own wins over the environment. Throws ConfigError. */
export const proxyRules = (
  variables: Environment,
  file: { readonly proxy?: string | undefined; readonly noProxy?: readonly string[] | undefined } = {},
): ProxyRules => {
  const own = file.proxy === undefined ? undefined : proxyChoice(file.proxy, 'proxy');
  const https = own ?? fromVariables(variables, variablesOf('https'));
  const http = own ?? fromVariables(variables, variablesOf('http'));
  const excepted = splitNoProxy(variables.no_proxy ?? variables.NO_PROXY ?? '');
  return {
    ...(https !== undefined && https !== 'NONE' && { https }),
    ...(http !== undefined && http !== 'NONE' && { http }),
    except: noProxy([...excepted, ...(file.noProxy ?? [])]),
  };
};
