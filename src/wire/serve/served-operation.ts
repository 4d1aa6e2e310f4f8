import type { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import type { OperationInputs, OperationKind, OperationResults } from '../../domain/operation.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { FormField } from '../operation-codec.ts';
import type { InvalidBody } from './client-dialect.ts';

/**
 * One field of a form, in the order in which they came; names may come more than once. Media types are as the client
 * says them, empty where it does not.
 */
export type ClientFormField = FormField;

/** A body as it came. */
export type OperationBody =
  | { readonly kind: 'JSON'; readonly body: JsonObject }
  | { readonly kind: 'FORM'; readonly fields: readonly ClientFormField[] };

export type ReadOperation<Kind extends OperationKind, Options> =
  | {
      readonly kind: 'OK';
      readonly model: string;
      readonly input: OperationInputs[Kind];
      /** The caller's own end-user id. */
      readonly user?: string;
      /** Fields of the body that our words have no place for. */
      readonly unread: readonly string[];
      readonly options: Options;
    }
  | InvalidBody;

/** What to send. */
export type OperationReply =
  | { readonly kind: 'JSON'; readonly body: JsonObject }
  | { readonly kind: 'BYTES'; readonly mediaType: string; readonly bytes: Uint8Array }
  /** Server-sent events, all of which are known. */
  | { readonly kind: 'EVENTS'; readonly text: string };

/** An operation as clients of the OpenAI family ask for it. Pure. */
export type ServedOperation<Kind extends OperationKind, Options> = {
  readonly operation: Kind;
  /** What it takes: JSON, a form, or either. */
  readonly takes: readonly OperationBody['kind'][];
  /** What bodies are held against, with descriptions: the reference manual is made of it. */
  readonly requestSchema: z.ZodType;
  /** Never throws. */
  read(body: OperationBody): ReadOperation<Kind, Options>;
  write(
    answer: { readonly result: OperationResults[Kind]; readonly record: OperationRecord },
    options: Options,
  ): OperationReply;
};
