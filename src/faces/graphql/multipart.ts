import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { isJsonObject } from '../../domain/json.ts';
import { UploadedFile } from './upload.ts';

/** Files that one request may bring. */
export const MAX_FILES = 10;
/** Places that all files together may go to; one file may go to several. */
const MAX_PLACES = 100;

const problem = (message: string): GraphQLError =>
  new GraphQLError(`The multipart request is not as the specification has it: ${message}`, {
    extensions: { code: 'BAD_MULTIPART_REQUEST', http: { status: 400 } },
  });

export const isMultipart = (contentType: string | null | undefined): boolean =>
  /^multipart\/form-data\s*(;|$)/i.test(contentType?.trim() ?? '');

const jsonField = (form: FormData, name: string): { readonly [key: string]: unknown } => {
  const text = form.get(name);
  if (typeof text !== 'string') throw problem(`the field "${name}" is missing, or is a file.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem(`the field "${name}" is not JSON.`);
  }
  if (!isJsonObject(value)) throw problem(`the field "${name}" is not a JSON object.`);
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

const formOf = async (bytes: ArrayBuffer, contentType: string): Promise<FormData> => {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw problem('its body cannot be read as multipart/form-data.');
  }
};

/** The operation of a request by the GraphQL multipart request specification, its files in their places. */
export const readMultipart = async (bytes: ArrayBuffer, contentType: string): Promise<GraphQLParams> => {
  const form = await formOf(bytes, contentType);
  const operations = jsonField(form, 'operations');
  const places = new Map(
    Object.entries(jsonField(form, 'map')).map(([name, paths]) => [name, placesOf(name, paths)]),
  );
  if (places.size > MAX_FILES) throw problem(`it brings ${places.size} files; takes up to ${MAX_FILES}.`);
  if ([...places.values()].flat().length > MAX_PLACES)
    throw problem(`files may go to up to ${MAX_PLACES} places.`);
  for (const name of form.keys()) {
    if (name !== 'operations' && name !== 'map' && !places.has(name))
      throw problem(`"map" does not say where the file "${name.slice(0, 200)}" goes.`);
  }
  for (const [name, paths] of places) {
    const [file, another] = form.getAll(name);
    if (!(file instanceof File)) throw problem(`the file "${name.slice(0, 200)}" of "map" is missing.`);
    if (another !== undefined) throw problem(`there are several files "${name.slice(0, 200)}".`);
    const upload = new UploadedFile(file.type, new Uint8Array(await file.arrayBuffer()), file.name);
    for (const path of paths) place(operations, path, upload);
  }
  return operations as GraphQLParams;
};

/** Takes multipart requests; comes after the plugin that refuses those that any web page could send. */
export const multipartUploads: Plugin = {
  onRequestParse({ request, setRequestParser }) {
    const contentType = request.headers.get('content-type');
    if (request.method !== 'POST' || contentType === null || !isMultipart(contentType)) return;
    setRequestParser(async () => readMultipart(await request.arrayBuffer(), contentType));
  },
};
