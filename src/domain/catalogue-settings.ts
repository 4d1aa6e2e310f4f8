import type { Currency, Decimal } from './money.ts';
import type { Secret } from './secret.ts';

/** How one source of the catalogue is read. What is absent is as the source itself says. */
export type SourceSettings = {
  readonly id: string;
  readonly enabled: boolean;
  /** Without a slash at the end. */
  readonly baseUrl?: string;
  readonly apiKey?: Secret;
  /** How often it is read, in milliseconds. */
  readonly everyMs?: number;
};

/** What an operator sets of the catalogue. */
export type CatalogueSettings = {
  /** true: every source that needs no key and is not opt-in is read, unless it is set otherwise. */
  readonly live: boolean;
  readonly sources: readonly SourceSettings[];
  /** A file of the operator's own prices, which win over every source; absolute. */
  readonly overrides?: string;
  /** Exchange rates that the operator states: units of the currency for one US dollar. */
  readonly rates: readonly { readonly currency: Currency; readonly perUsd: Decimal }[];
};

/** How often a source is read where nobody says otherwise: every 30 minutes. */
export const DEFAULT_POLL_MS = 1_800_000;
