import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { isJsonObject } from '../../domain/json.ts';
import { explainJsonFault } from '../json-problem.ts';
import { isQuickToParse, TOO_COMPLEX } from '../json-structure.ts';
import { type FormPart, MAX_PARTS, readForm } from '../multipart-form.ts';
import { UploadedFile } from './upload.ts';

/** Files that one request may bring. */
const MAX_FILES = 10;
/** Places that all files together may go to; one file may go to several. */
const MAX_PLACES = 100;

const problem = (message: string): GraphQLError =>
  new GraphQLError(`The multipart request is not as the specification has it: ${message}`, {
    extensions: { code: 'BAD_MULTIPART_REQUEST', http: { status: 400 } },
  });

export const isMultipart = (contentType: string | null | undefined): boolean =>
  /^multipart\/form-data\s*(;|$)/i.test(contentType?.trim() ?? '');

type Parts = readonly FormPart[];

const jsonField = (parts: Parts, wanted: string): { readonly [key: string]: unknown } => {
  const part = parts.find(({ name }) => name === wanted);
  if (part === undefined || part.fileName !== undefined)
    throw problem(`the field "${wanted}" is missing, or is a file.`);
  if (!isQuickToParse(part.bytes)) throw problem(TOO_COMPLEX);
  let value: unknown;
  const text = part.bytes.toString('utf8');
  try {
    value = JSON.parse(text);
  } catch {
    throw problem(`the field "${wanted}" is not JSON: ${explainJsonFault(text)}.`);
  }
  if (!isJsonObject(value)) throw problem(`the field "${wanted}" is not a JSON object.`);
  return value;
};

const isContainer = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !(value instanceof UploadedFile);

/** Only where the operations hold a null of their own: nothing is added, and no prototype is reached. */
const place = (operations: { readonly [key: string]: unknown }, path: string, file: UploadedFile): void => {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at: unknown = operations;
  for (const step of steps) at = isContainer(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  if (steps[0] !== 'variables' || !isContainer(at) || !Object.hasOwn(at, last) || at[last] !== null) {
    throw problem(`"${path.slice(0, 200)}" is no variable that is null in "operations".`);
  }
  at[last] = file;
};

const placesOf = (name: string, value: unknown): readonly string[] => {
  if (Array.isArray(value) && value.length > 0 && value.every((path) => typeof path === 'string'))
    return value;
  throw problem(`"map" has no list of paths for the file "${name.slice(0, 200)}".`);
};

const partsOf = (body: Buffer, contentType: string): Parts => {
  const form = readForm(body, contentType);
  switch (form.kind) {
    case 'FORM':
      return form.parts;
    case 'BROKEN':
      throw problem('its body cannot be read as multipart/form-data.');
    case 'TOO_MANY_PARTS':
      throw problem(`it has more than ${MAX_PARTS} parts.`);
  }
};

/** Where each file goes, by its name. */
const placesIn = (map: { readonly [name: string]: unknown }): ReadonlyMap<string, readonly string[]> => {
  const names = Object.keys(map);
  if (names.length > MAX_FILES) throw problem(`it brings ${names.length} files; takes up to ${MAX_FILES}.`);
  const places = new Map(names.map((name) => [name, placesOf(name, map[name])]));
  if ([...places.values()].reduce((sum, paths) => sum + paths.length, 0) > MAX_PLACES)
    throw problem(`files may go to up to ${MAX_PLACES} places.`);
  return places;
};

/** The operation of a request by the GraphQL multipart request specification, its files in their places. */
const readMultipart = (body: Buffer, contentType: string): GraphQLParams => {
  const parts = partsOf(body, contentType);
  const operations = jsonField(parts, 'operations');
  const places = placesIn(jsonField(parts, 'map'));
  for (const { name } of parts) {
    if (name !== 'operations' && name !== 'map' && !places.has(name))
      throw problem(`"map" does not say where the file "${name.slice(0, 200)}" goes.`);
  }
  for (const [name, paths] of places) {
    const [part, another] = parts.filter((each) => each.name === name);
    if (part?.fileName === undefined) throw problem(`the file "${name.slice(0, 200)}" of "map" is missing.`);
    if (another !== undefined) throw problem(`there are several files "${name.slice(0, 200)}".`);
    const upload = new UploadedFile(part.mediaType, part.bytes, part.fileName);
    for (const path of paths) place(operations, path, upload);
  }
  return operations as GraphQLParams;
};

/** The body of a multipart request, which the engine itself does not see: it would copy it. */
export type WithForm = { readonly form?: Buffer };

/**
 * Takes multipart requests. Nothing protects them, GET or other forms against being sent by a foreign web page, as a key
 * never comes along by itself: there are no cookies, no other scheme than Bearer is read, and a page that sets a header of its
 * own needs the server's consent (CORS) first.
 */
export const multipartUploads: Plugin<object, WithForm> = {
  onRequestParse({ request, serverContext: { form }, setRequestParser }) {
    const contentType = request.headers.get('content-type');
    if (form === undefined || contentType === null) return;
    setRequestParser(() => readMultipart(form, contentType));
  },
};
