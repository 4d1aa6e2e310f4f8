import { randomUUID } from 'node:crypto';
import type { EncodedOperation, FormField } from '../../wire/operation-codec.ts';

export type RequestBody = {
  readonly body: string | Uint8Array;
  readonly headers: { readonly [name: string]: string };
};

/** As browsers write what would end the name. */
const escaped = (name: string): string =>
  name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');

/** A type that could end its line is none. */
const typeOf = (mediaType: string): string =>
  /^[\x20-\x7e]+$/.test(mediaType) ? mediaType : 'application/octet-stream';

const headOf = (field: FormField): string => {
  const name = `content-disposition: form-data; name="${escaped(field.name)}"`;
  return 'value' in field
    ? `${name}\r\n\r\n`
    : `${name}; filename="${escaped(field.fileName)}"\r\ncontent-type: ${typeOf(field.mediaType)}\r\n\r\n`;
};

/**
 * `multipart/form-data` (RFC 7578), put together whole, so that its length is known. A file is copied once; the
 * runtime's own forms copy it four times, and turn the line ends of a value into others.
 */
const formBody = (fields: readonly FormField[]): RequestBody => {
  const boundary = `form-${randomUUID()}`;
  const pieces = fields.flatMap((field) => [
    Buffer.from(`--${boundary}\r\n${headOf(field)}`),
    'value' in field ? Buffer.from(field.value) : field.bytes,
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
};

/** The bytes to send and the headers that say what they are. */
export const requestBody = (body: EncodedOperation['body']): RequestBody => {
  switch (body.kind) {
    case 'JSON':
      return { body: body.text, headers: { 'content-type': 'application/json' } };
    case 'FORM':
      return formBody(body.fields);
  }
};
