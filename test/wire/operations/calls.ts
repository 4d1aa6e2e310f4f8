import type { OperationKind, OperationRequests } from '../../../src/domain/operation.ts';
import type { ProviderAnswer } from '../../../src/domain/provider-answer.ts';
import type { OperationCodec } from '../../../src/wire/operation-codec.ts';

/** What is sent, put together so that members can be compared: the members of the JSON, or the fields of the form. */
export const sentBy = <Kind extends OperationKind>(
  codec: OperationCodec<Kind>,
  model: string,
  request: OperationRequests[Kind],
): {
  readonly path: string;
  readonly body: { readonly [name: string]: unknown };
  readonly warned: readonly (string | undefined)[];
} => {
  const { call, warnings } = codec.encode(model, request);
  const body: { [name: string]: unknown } =
    call.body.kind === 'JSON'
      ? JSON.parse(call.body.text)
      : Object.fromEntries(
          call.body.fields.map((field) => [
            field.name,
            'value' in field ? field.value : `${field.mediaType} ${field.fileName}`,
          ]),
        );
  return { path: call.path, body, warned: warnings.map(({ parameter }) => parameter) };
};

export const decodedBy = <Kind extends OperationKind>(
  codec: OperationCodec<Kind>,
  model: string,
  request: OperationRequests[Kind],
  body: unknown,
  contentType = 'application/json',
): ProviderAnswer<Kind> =>
  codec.decode(
    {
      headers: { 'content-type': contentType },
      body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
    },
    request,
    model,
  );
