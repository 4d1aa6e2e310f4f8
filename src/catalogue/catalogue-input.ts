import type { ProviderInfo } from '../domain/provider.ts';
import type { DeclaredOffering } from '../domain/provider-settings.ts';
import type { DatedReading } from '../ports/catalogue-source.ts';
import type { Catalogue } from './catalogue.ts';
import type { Seed } from './seed.ts';

/** A provider that this server knows how to call, or that is configured. */
export type CatalogueProvider = {
  readonly info: ProviderInfo;
  /** Id of the provider whose models and prices this one has where a source does not name it; absent: its own id. */
  readonly seedId?: string;
  /** Whether it serves a model that lists state of that provider; absent: all of them. */
  readonly serves?: (providerModelId: string) => boolean;
  readonly declared: readonly DeclaredOffering[];
};

export type CatalogueInput = {
  readonly seed: Seed;
  /** In the order of configuration. */
  readonly providers: readonly CatalogueProvider[];
  /** What live sources say, in any order: the fixed precedence of sources decides. */
  readonly readings: readonly DatedReading[];
  /** What is served so far: a rate that jumps against it is not believed at once. */
  readonly previous?: Catalogue;
  /** When the declarations were read; absent: now. */
  readonly readAt?: Date;
};
