import type { Failure } from '../../domain/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import type { OperationKind, ProviderResults } from '../../domain/operation.ts';
import type { ProviderAnswer } from '../../domain/provider-answer.ts';
import type { Usage } from '../../domain/usage.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { chargeIn } from '../openai/billing.ts';
import { errorIn, failureInAnswer } from '../openai/errors.ts';

import { lackingFailure, unreadableFailure } from '../upstream-failure.ts';

export const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);

export const failedWith = (failure: Failure) => ({ kind: 'FAILED', failure, warnings: [] }) as const;

/** An answer of status 2xx that holds no result. */
export const malformed = (body: Uint8Array) => failedWith(unreadableFailure(textOf(body)));

/** A JSON answer of status 2xx without a result, or with one for less than was asked. */
export const lacking = (body: Uint8Array) => failedWith(lackingFailure(textOf(body)));

type Facts = {
  readonly usage?: Usage | undefined;
  readonly providerResponseId?: string | undefined;
  readonly providerModel?: string | undefined;
};

export const done = <Kind extends OperationKind>(
  result: ProviderResults[Kind],
  { usage, providerResponseId, providerModel }: Facts,
): ProviderAnswer<Kind> => ({
  kind: 'DONE',
  result,
  warnings: [],
  ...(usage !== undefined && { usage }),
  ...(providerResponseId !== undefined && { providerResponseId }),
  ...(providerModel !== undefined && { providerModel }),
});

/** What an answer says of itself. */
export const factsIn = (answer: JsonObject) => ({
  providerResponseId: textAt(answer, 'id'),
  providerModel: textAt(answer, 'model'),
});

/**
 * Reads a JSON answer of OpenAI's kin: errors that came with a status of 2xx, and all that `read` makes nothing
 * of, become failures.
 */
export const decodeJson = <Kind extends OperationKind>(
  body: Uint8Array,
  read: (answer: JsonObject) => ProviderAnswer<Kind> | undefined,
): ProviderAnswer<Kind> => {
  const answer: JsonValue | undefined = parseJson(textOf(body));
  if (!isJsonObject(answer)) return malformed(body);
  const error = errorIn(answer);
  if (error !== undefined) return failedWith(failureInAnswer(error));
  const answered = read(answer) ?? lacking(body);
  const charge = chargeIn(objectAt(answer, 'usage') ?? {});
  return answered.kind === 'DONE' && charge !== undefined ? { ...answered, billing: { charge } } : answered;
};
