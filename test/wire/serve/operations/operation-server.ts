import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { asKeyId, asModelSlug, asOfferingId, asOperationId } from '../../../../src/domain/ids.ts';
import { isJsonObject, type JsonValue } from '../../../../src/domain/json.ts';
import { Decimal } from '../../../../src/domain/money.ts';
import type { OperationKind, OperationResults } from '../../../../src/domain/operation.ts';
import type { OperationRecord } from '../../../../src/domain/operation-record.ts';
import { usageOf } from '../../../../src/domain/usage.ts';
import type {
  ClientFormField,
  OperationBody,
  OperationReply,
  ReadOperation,
  ServedOperation,
} from '../../../../src/wire/serve/served-operation.ts';

/** A row of the ledger with what the writers look at. */
export const recordWith = (
  operation: OperationKind,
  given: Partial<OperationRecord> = {},
): OperationRecord => ({
  id: asOperationId('op_1'),
  operation,
  keyId: asKeyId('key_1'),
  createdAt: new Date('2026-11-01T00:00:00.900Z'),
  status: 'SUCCEEDED',
  route: {
    requested: 'm',
    modelSlug: asModelSlug('lab/m'),
    candidates: [asOfferingId('host/m')],
  },
  offeringId: asOfferingId('host/m'),
  usage: usageOf({ input: 12 }),
  cost: { kind: 'PRICED', lines: [], total: new Decimal('0.00000012'), currency: 'USD' },
  attempts: [],
  timings: { totalMs: 5 },
  warnings: [],
  ...given,
});

const formFields = async (form: FormData): Promise<readonly ClientFormField[]> =>
  Promise.all(
    [...form.entries()].map(
      async ([name, value]): Promise<ClientFormField> =>
        typeof value === 'string'
          ? { name, value }
          : {
              name,
              fileName: value.name,
              mediaType: value.type,
              bytes: new Uint8Array(await value.arrayBuffer()),
            },
    ),
  );

const bodyOf = async (request: IncomingMessage): Promise<OperationBody> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/')) {
    const response = new Response(bytes, { headers: { 'content-type': type } });
    return { kind: 'FORM', fields: await formFields(await response.formData()) };
  }
  const body: JsonValue = JSON.parse(bytes.toString());
  if (!isJsonObject(body)) throw new Error('the client sent no object');
  return { kind: 'JSON', body };
};

const send = (response: ServerResponse, reply: OperationReply): void => {
  switch (reply.kind) {
    case 'JSON':
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(reply.body));
      return;
    case 'BYTES':
      response.setHeader('content-type', reply.mediaType);
      response.end(reply.bytes);
      return;
    case 'EVENTS':
      response.setHeader('content-type', 'text/event-stream');
      response.end(reply.text);
  }
};

/** What an operation read, where it read anything. */
export type Read<Kind extends OperationKind, Options> = Extract<ReadOperation<Kind, Options>, { kind: 'OK' }>;

/** Serves one operation with a given answer, for a client that nobody here wrote. */
export const serve = async <Kind extends OperationKind, Options>(
  served: ServedOperation<Kind, Options>,
  path: string,
) => {
  const asked: Read<Kind, Options>[] = [];
  let answer: { readonly result: OperationResults[Kind]; readonly record: OperationRecord } | undefined;
  const server = createServer(async (request, response) => {
    const read = served.read(await bodyOf(request));
    if (request.url !== path || read.kind === 'INVALID' || answer === undefined) {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: { message: JSON.stringify([request.url, read]) } }));
      return;
    }
    asked.push(read);
    send(response, served.write(answer, read.options));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k', maxRetries: 0 }),
    /** The next answers. */
    answer(result: OperationResults[Kind], record: Partial<OperationRecord> = {}): void {
      answer = { result, record: recordWith(served.operation, record) };
    },
    /** What the latest request was read as. */
    latest(): Read<Kind, Options> {
      const last = asked.at(-1);
      if (last === undefined) throw new Error('nothing was asked');
      return last;
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
