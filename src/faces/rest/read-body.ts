import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Extent } from '../../domain/client-request.ts';
import {
  isDeeperThan,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  MAX_JSON_LEVELS,
} from '../../domain/json.ts';
import type { ClientFormField, OperationBody } from '../../wire/serve/served-operation.ts';
import { explainJsonFault } from '../json-problem.ts';
import { TOO_COMPLEX } from '../json-structure.ts';
import { LARGE_BYTES, nextTurn } from '../large-bodies.ts';
import { MAX_PARTS, readForm } from '../multipart-form.ts';
import { receiveBody } from '../request-body.ts';
import { NO_ROOM } from '../visit.ts';
import { type Exchange, invalid, UnreadBody } from './exchange.ts';

/** Deeper than anything that a provider takes, and far from what serialising it could not bear. */
const MAX_LEVELS = 128;

/** Far more than any format has; a body of hundreds of thousands would keep all others waiting for seconds. */
const MAX_FIELDS = 1_000;

const BYTE_ORDER_MARK = '\uFEFF';

/** A media type is shown only if it looks like one: it is the client's own text. */
const MEDIA_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/;

const unsupportedType = (mediaType: string, taken: string): UnreadBody => {
  const given = MEDIA_TYPE.test(mediaType) ? mediaType : mediaType === '' ? 'missing' : 'another';
  return new UnreadBody({
    kind: 'UNSUPPORTED_MEDIA_TYPE',
    code: 'unsupported_media_type',
    message: `The body must be ${taken}, but its content-type is ${given}. Set the header content-type: ${taken}.`,
  });
};

/** The media type in lower case, without its parameters; empty where there is none. */
const mediaTypeOf = ({ headers }: IncomingMessage): string => {
  const { 'content-type': type = '' } = headers;
  const end = type.indexOf(';');
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
};

const TAKEN = { JSON: 'application/json', FORM: 'multipart/form-data' } as const;

const isJson = (mediaType: string): boolean =>
  mediaType === '' || mediaType === TAKEN.JSON || mediaType.endsWith('+json');

const takeBytes = (
  exchange: Exchange,
  maxBytes: number,
  kind: OperationBody['kind'],
  take: (bytes: Buffer) => void | Promise<void>,
): void => {
  const { request, visit, caller } = exchange;
  const { 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new UnreadBody({
      kind: 'UNSUPPORTED_MEDIA_TYPE',
      code: 'unsupported_encoding',
      message: `Bodies are taken as they are, not with content-encoding ${encoding.slice(0, 100)}. Send it without.`,
    });
  receiveBody(request, maxBytes, { visit, keyId: caller.key.id, isJson: kind === 'JSON' }, (body) =>
    exchange.do(() => {
      if (body.kind === 'OK') return take(body.bytes);
      if (body.kind === 'LEFT') return;
      if (body.kind === 'TOO_COMPLEX')
        throw new UnreadBody({ kind: 'INVALID_REQUEST', code: 'json_too_complex', message: TOO_COMPLEX });
      if (body.kind === 'NO_ROOM')
        throw new UnreadBody({
          kind: 'OVERLOADED',
          code: 'unavailable',
          message: NO_ROOM,
          retryAfterMs: 1_000,
        });
      throw new UnreadBody({
        kind: 'TOO_LARGE',
        code: 'request_too_large',
        message: `The request is larger than ${maxBytes} bytes (MODELGRAPH_MAX_REQUEST_BYTES).`,
      });
    }),
  );
};

const kindOf = (value: JsonValue): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
};

type ReadJson = { readonly value: JsonObject; readonly extent: Extent };

const textIn = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw invalid('The body is not UTF-8.', undefined, 'invalid_encoding');
  return bytes.toString('utf8');
};

const jsonIn = (read: string): ReadJson => {
  let value: JsonValue;
  const text = read.startsWith(BYTE_ORDER_MARK) ? read.slice(1) : read;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw invalid(`The body is not JSON: ${explainJsonFault(text)}.`, undefined, 'invalid_json');
  }
  if (!isJsonObject(value))
    throw invalid(`The body must be a JSON object, not ${kindOf(value)}.`, undefined, 'invalid_json');
  if (Object.keys(value).length > MAX_FIELDS)
    throw invalid(`The body has more than ${MAX_FIELDS} fields.`, undefined, 'too_many_fields');
  const isFlat = !isDeeperThan(value, MAX_JSON_LEVELS);
  if (!isFlat && isDeeperThan(value, MAX_LEVELS))
    throw invalid(`The body is nested deeper than ${MAX_LEVELS} levels.`, undefined, 'invalid_json');
  return { value, extent: { characters: text.length, isFlat } };
};

/** Reads a JSON object. What is wrong with it, or with what it is taken for, ends the exchange; so does the client that leaves. */
export const takeJson = (
  exchange: Exchange,
  maxBytes: number,
  take: (body: JsonObject, extent: Extent) => void | Promise<void>,
): void => {
  const mediaType = mediaTypeOf(exchange.request);
  if (!isJson(mediaType)) throw unsupportedType(mediaType, TAKEN.JSON);
  takeBytes(exchange, maxBytes, 'JSON', (bytes) =>
    readJson(bytes, ({ value, extent }) => take(value, extent)),
  );
};

/** A large one in turns of the loop of their own: it is decoded, parsed and taken. */
const readJson = (bytes: Buffer, take: (read: ReadJson) => void | Promise<void>): void | Promise<void> => {
  const text = textIn(bytes);
  if (bytes.length < LARGE_BYTES) return take(jsonIn(text));
  return nextTurn().then(() => {
    const read = jsonIn(text);
    return nextTurn().then(() => take(read));
  });
};

const formIn = (bytes: Buffer, contentType: string): readonly ClientFormField[] => {
  const form = readForm(bytes, contentType);
  switch (form.kind) {
    case 'BROKEN':
      throw invalid('The form is not multipart/form-data as RFC 7578 has it.', undefined, 'invalid_form');
    case 'TOO_MANY_PARTS':
      throw invalid(`A form has up to ${MAX_PARTS} fields.`, undefined, 'invalid_form');
    case 'FORM':
      return form.parts.map(({ name, fileName, mediaType, bytes: content }): ClientFormField => {
        if (fileName !== undefined) return { name, fileName, mediaType, bytes: content };
        if (!isUtf8(content))
          throw invalid('A field of the form is not UTF-8.', name.slice(0, 100), 'invalid_encoding');
        return { name, value: content.toString('utf8') };
      });
  }
};

/** The same for JSON or a form, as far as they are taken. */
export const takeBody = (
  exchange: Exchange,
  takes: readonly OperationBody['kind'][],
  maxBytes: number,
  take: (body: OperationBody) => void | Promise<void>,
): void => {
  const { headers } = exchange.request;
  const mediaType = mediaTypeOf(exchange.request);
  if (mediaType === TAKEN.FORM && takes.includes('FORM'))
    takeBytes(exchange, maxBytes, 'FORM', (bytes) =>
      take({ kind: 'FORM', fields: formIn(bytes, headers['content-type'] ?? '') }),
    );
  else if (isJson(mediaType) && takes.includes('JSON'))
    takeBytes(exchange, maxBytes, 'JSON', (bytes) =>
      readJson(bytes, ({ value }) => take({ kind: 'JSON', body: value })),
    );
  else throw unsupportedType(mediaType, takes.map((kind) => TAKEN[kind]).join(' or '));
};
