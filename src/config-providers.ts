import { z } from 'zod';
import { type Environment, substitute } from './config-environment.ts';
import { pathText } from './config-file.ts';
import { settings } from './config-grammar.ts';
import { proxyChoice, proxySetting } from './config-proxy.ts';
import { quirks } from './config-quirks.ts';
import { amount, currencyCode, httpAddress } from './config-values.ts';
import { asModelSlug } from './domain/ids.ts';
import { DIALECTS, UNKNOWN_MODELS } from './domain/provider.ts';
import type { DeclaredOffering, DeclaredPrices, ProviderEntry } from './domain/provider-settings.ts';
import { Secret } from './domain/secret.ts';

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
  currency: currencyCode.default('USD'),
}).describe('of tokens per 1,000,000');

const model = settings({
  id: z.string().min(1).max(256),
  model: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, 'takes a canonical slug, lab/model')
    .optional(),
  /** FREE, as rates that are all 0: nothing is charged. */
  prices: z.preprocess((given) => (given === 'FREE' ? { input: 0, output: 0 } : given), prices).optional(),
});

/** An entry of the part `providers` of the config file. */
export const providerSchema = settings({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'takes lower-case letters, digits, dots and dashes'),
  name: z.string().min(1).max(200).optional(),
  dialect: z.enum(DIALECTS).optional(),
  baseUrl: httpAddress.optional(),
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

const declaredPrices = (given: z.infer<typeof prices>): DeclaredPrices => {
  const { currency, ...rates } = given;
  return { currency, ...Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined)) };
};

/** An operator who writes 0 for all that a call is charged by means that nothing is; one rate of 0 is that rate alone. */
const isFree = ({ currency: _, ...rates }: z.infer<typeof prices>): boolean => {
  const { input, output, perImage, perSecond, perMillionCharacters, perRequest } = rates;
  const isWhole =
    (input !== undefined && output !== undefined) ||
    [perImage, perSecond, perMillionCharacters, perRequest].some((rate) => rate !== undefined);
  return isWhole && Object.values(rates).every((rate) => rate === undefined || rate.isZero());
};

const declaredOffering = (given: z.infer<typeof model>): DeclaredOffering => ({
  providerModelId: given.id,
  ...(given.model !== undefined && { modelSlug: asModelSlug(given.model) }),
  ...(given.prices !== undefined &&
    (isFree(given.prices) ? { billing: 'FREE' } : { prices: declaredPrices(given.prices) })),
});

/** What an entry says, with the variables that it names in their places. */
export const providerEntry = (
  given: z.infer<typeof providerSchema>,
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
