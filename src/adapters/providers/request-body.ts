import type { EncodedOperation, FormField } from '../../wire/operation-codec.ts';

const fileOf = (field: Extract<FormField, { bytes: Uint8Array }>): File =>
  new File([new Uint8Array(field.bytes)], field.fileName, { type: field.mediaType });

/** The bytes to send and the headers that say what they are. A form is put together whole, so that its length is known. */
export const requestBody = async (
  body: EncodedOperation['body'],
): Promise<{ readonly body: string | Uint8Array; readonly headers: { readonly [name: string]: string } }> => {
  switch (body.kind) {
    case 'JSON':
      return { body: body.text, headers: { 'content-type': 'application/json' } };
    case 'FORM': {
      const form = new FormData();
      for (const field of body.fields) {
        if ('value' in field) form.append(field.name, field.value);
        else form.append(field.name, fileOf(field), field.fileName);
      }
      const encoded = new Response(form);
      return {
        body: new Uint8Array(await encoded.arrayBuffer()),
        headers: { 'content-type': encoded.headers.get('content-type') ?? 'multipart/form-data' },
      };
    }
  }
};
