import type { ModelSlug, ProviderId } from './ids.ts';
import type { Billing } from './model.ts';
import type { Currency, Decimal } from './money.ts';
import type { Dialect, UnknownModels } from './provider.ts';
import type { ProviderQuirks } from './provider-quirks.ts';
import type { ProxyChoice } from './proxy.ts';
import type { Secret } from './secret.ts';

/** Prices as an operator writes them: amounts of `currency`, of tokens per 1,000,000. */
export type DeclaredPrices = {
  readonly input?: Decimal;
  readonly output?: Decimal;
  readonly cacheRead?: Decimal;
  readonly cacheWrite5m?: Decimal;
  readonly cacheWrite1h?: Decimal;
  readonly reasoning?: Decimal;
  /** Of one image that is generated. */
  readonly perImage?: Decimal;
  /** Of one second of audio, spoken or transcribed. */
  readonly perSecond?: Decimal;
  /** Of 1,000,000 characters of text that are spoken. */
  readonly perMillionCharacters?: Decimal;
  /** Of one call, whatever it is. */
  readonly perRequest?: Decimal;
  readonly currency: Currency;
};

/** An offering that is stated by the operator or by the provider itself, not by the price seed. */
export type DeclaredOffering = {
  /** The name that the provider uses. */
  readonly providerModelId: string;
  /** The canonical slug it is joined to; absent: found by name, else a model of its own. */
  readonly modelSlug?: ModelSlug;
  readonly prices?: DeclaredPrices;
  /** Absent: METERED if any source has a price, else UNKNOWN. */
  readonly billing?: Billing;
  /** Whether the name is the provider's own, not one that an operator gave a deployment. Default: false. */
  readonly isProvidersName?: boolean;
};

/** All that is needed to call a provider: what is known of it, completed by the operator. */
export type ProviderSettings = {
  readonly id: ProviderId;
  /** The dialect that the operator insists on; absent: as is known of the provider. */
  readonly dialect?: Dialect;
  /** Values of the variables that the provider is known to take, e.g. a region. */
  readonly variables?: { readonly [name: string]: string };
  /** What the provider's own SDK takes: OpenAI's with /v1, Anthropic's without. No trailing slash. */
  readonly baseUrl: string;
  /** What an operator says of how it differs from others of OpenAI's dialect. */
  readonly quirks?: ProviderQuirks;
  /** Absent for servers that need none. */
  readonly apiKey?: Secret;
  /** Credentials in several parts, by the names of their variables; see `CredentialSet`. */
  readonly secrets?: { readonly [name: string]: Secret };
};

/** A provider as an operator writes it down. What is left out is known of known providers. */
export type ProviderEntry = {
  readonly id: string;
  readonly name?: string;
  readonly dialect?: Dialect;
  readonly baseUrl?: string;
  readonly apiKey?: Secret;
  /** Variables that the key was to come from and that are not set: the provider stays off and says so. */
  readonly missingVariables: readonly string[];
  readonly region?: string;
  /** Values of the variables that the provider is known to take, by the name of the environment variable. */
  readonly variables?: { readonly [name: string]: string };
  readonly models: readonly DeclaredOffering[];
  /** Of a provider that is not known by its id. */
  readonly quirks?: ProviderQuirks;
  /** Absent: as for all providers. */
  readonly unknownModels?: UnknownModels;
  /** The proxy that it is called through; absent: as for all that is called. */
  readonly proxy?: ProxyChoice;
};
