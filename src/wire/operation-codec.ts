import type { Unsupported } from '../domain/completion-request.ts';
import type { OperationKind, OperationRequests } from '../domain/operation.ts';
import type { ProviderAnswer } from '../domain/provider-answer.ts';
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
  ): ProviderAnswer<Kind>;
};
export type OperationCodecs = { readonly [Kind in OperationKind]?: OperationCodec<Kind> };
