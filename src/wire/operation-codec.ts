import type { Unsupported } from '../domain/completion-request.ts';
import type { Failure } from '../domain/failure.ts';
import type { OperationKind, OperationRequests, ProviderResults } from '../domain/operation.ts';
import type { Usage } from '../domain/usage.ts';
import type { Warning } from '../domain/warning.ts';

/** A field of a multipart form. */
export type FormField =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly fileName: string;
      readonly mediaType: string;
      readonly bytes: Uint8Array;
    };

/** A call of an operation in a provider's own format, without credentials. Always a POST. */
export type EncodedOperation = {
  /** Appended to the base URL; begins with a slash; may hold a query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body:
    | { readonly kind: 'JSON'; readonly text: string }
    | { readonly kind: 'FORM'; readonly fields: readonly FormField[] };
};

export type DecodedOperation<Kind extends OperationKind> = {
  readonly warnings: readonly Warning[];
} & (
  | {
      readonly kind: 'DONE';
      readonly result: ProviderResults[Kind];
      readonly usage?: Usage;
      readonly providerResponseId?: string;
      readonly providerModel?: string;
    }
  /** A failure that came with a status of 2xx. */
  | { readonly kind: 'FAILED'; readonly failure: Failure }
);

/** One operation of a dialect: pure functions between our words and a provider's. Errors are the dialect's own. */
export type OperationCodec<Kind extends OperationKind> = {
  unsupported(providerModelId: string, request: OperationRequests[Kind]): readonly Unsupported<string>[];
  /** Leaves out what `unsupported` lists. Says in warnings what it had to adjust. */
  encode(
    providerModelId: string,
    request: OperationRequests[Kind],
  ): { readonly call: EncodedOperation; readonly warnings: readonly Warning[] };
  /** An answer of status 2xx. Header names are in lower case. Never throws, whatever the body. */
  decode(
    answer: { readonly headers: { readonly [name: string]: string }; readonly body: Uint8Array },
    request: OperationRequests[Kind],
    providerModelId: string,
  ): DecodedOperation<Kind>;
};
export type OperationCodecs = { readonly [Kind in OperationKind]?: OperationCodec<Kind> };
