import type { Failure } from './failure.ts';
import type { OperationKind, ProviderResults } from './operation.ts';
import type { ProviderBilling } from './provider-billing.ts';
import type { Usage } from './usage.ts';
import type { Warning } from './warning.ts';

/** What a provider made of an operation. */
export type ProviderAnswer<Kind extends OperationKind> = { readonly warnings: readonly Warning[] } & (
  | {
      readonly kind: 'DONE';
      readonly result: ProviderResults[Kind];
      /** Absent where it is neither reported nor known from what was sent. */
      readonly usage?: Usage;
      /** What the bill rests on besides usage, where the provider says it. */
      readonly billing?: ProviderBilling;
      readonly providerResponseId?: string;
      /** The exact model version that the provider says answered. */
      readonly providerModel?: string;
    }
  | { readonly kind: 'FAILED'; readonly failure: Failure }
);
