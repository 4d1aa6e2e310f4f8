import type { Unsupported } from '../../domain/completion-request.ts';
import type { OperationKind, OperationRequests } from '../../domain/operation.ts';
import type { ProviderAnswer } from '../../domain/provider-answer.ts';
import type { Warning } from '../../domain/warning.ts';
import type { EncodedOperation, OperationCodec } from '../operation-codec.ts';

/** For each member of a request that cannot be honoured, why not. What is undefined can be. */
export type Problems<Kind extends OperationKind> = {
  readonly [Name in keyof OperationRequests[Kind]]?: string | undefined;
};

export type OperationAnswer = Parameters<OperationCodec<OperationKind>['decode']>[0];

export type OperationDefinition<Kind extends OperationKind> = {
  /** Members that were not asked for may be listed too: they are left out of what is told. */
  problems(providerModelId: string, request: OperationRequests[Kind]): Problems<Kind>;
  /** `request` holds nothing unsupported. */
  encode(providerModelId: string, request: OperationRequests[Kind]): Encoded;
  /** `request` holds nothing unsupported. */
  decode(
    answer: OperationAnswer,
    request: OperationRequests[Kind],
    providerModelId: string,
  ): ProviderAnswer<Kind>;
};

export type Encoded = {
  readonly call: EncodedOperation;
  readonly warnings: readonly Warning[];
};

/** What members that must be there hold where nothing was asked. */
const UNASKED: { readonly [name: string]: unknown } = { images: [], task: 'TRANSCRIBE' };

const isAsked = (value: unknown, name: string): boolean =>
  value !== undefined &&
  value !== 'NONE' &&
  value !== UNASKED[name] &&
  !(Array.isArray(value) && value.length === 0);

/** A codec whose encoding and decoding never see what it cannot honour. */
export const defineOperation = <Kind extends OperationKind>(
  definition: OperationDefinition<Kind>,
): OperationCodec<Kind> => {
  const unsupported = (model: string, request: OperationRequests[Kind]): readonly Unsupported<string>[] => {
    const asked = new Map(Object.entries(request).filter(([name, value]) => isAsked(value, name)));
    return Object.entries<string | undefined>(definition.problems(model, request)).flatMap(
      ([name, problem]) => (problem !== undefined && asked.has(name) ? [{ name, problem }] : []),
    );
  };
  const honoured = (model: string, request: OperationRequests[Kind]): OperationRequests[Kind] => {
    const names = new Set(unsupported(model, request).map(({ name }) => name));
    if (names.size === 0) return request;
    const kept = Object.entries(request).flatMap(([name, value]) => {
      if (!names.has(name)) return [[name, value]];
      return name in UNASKED ? [[name, UNASKED[name]]] : [];
    });
    // Members that must be there are kept or have what they hold where nothing was asked.
    return Object.fromEntries(kept) as OperationRequests[Kind];
  };
  return {
    unsupported,
    encode: (model, request) => definition.encode(model, honoured(model, request)),
    decode: (answer, request, model) => definition.decode(answer, honoured(model, request), model),
  };
};
