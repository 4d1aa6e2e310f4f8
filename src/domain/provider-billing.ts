import type { Currency, Decimal } from './money.ts';
import type { Meter } from './price.ts';
import type { Usage } from './usage.ts';

/** What a provider counted besides tokens, e.g. calls of its own tools. */
export type CountedUnit = { readonly meter: Meter; readonly quantity: number };

/** One call of a model inside an answer. Each is billed by its own size. */
export type ModelCall = {
  /** As the provider names it; absent: the one that was asked. */
  readonly model?: string;
  readonly usage: Usage;
};

/** What a provider says it charged for one answer. */
export type ProviderCharge = { readonly total: Decimal; readonly currency: Currency };

/** What a provider says of its bill beyond the usage of the answer. */
export type ProviderBilling = {
  /** Absent: nothing. */
  readonly units?: readonly CountedUnit[];
  /** All calls of which the answer was made, where it was made of several; absent: one, with the answer's usage. */
  readonly calls?: readonly ModelCall[];
  readonly charge?: ProviderCharge;
};
