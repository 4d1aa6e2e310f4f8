import { expect } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../../src/adapters/providers/http-provider.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { OperationKind } from '../../../src/domain/operation.ts';
import type { Dialect } from '../../../src/domain/provider.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { OperationAdapter, OperationAdapters } from '../../../src/ports/provider.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { describeOperation, type OperationSituation } from '../../contract/operation.ts';
import { anthropicError } from '../../fixtures/upstream/anthropic.ts';
import { geminiError } from '../../fixtures/upstream/gemini.ts';
import { IMAGES } from '../../fixtures/upstream/image-operations.ts';
import { openAiError } from '../../fixtures/upstream/openai.ts';
import {
  type DialectOperation,
  EMBEDDINGS,
  MODERATIONS,
  RERANKS,
  SPEECHES,
  TOKEN_COUNTS,
  TRANSCRIPTIONS,
} from '../../fixtures/upstream/operations.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { NEVER, type Script, startUpstream } from '../../support/upstream.ts';

const KEY = 'sk-a-key-that-nobody-may-see';

const codecOf = (dialect: Dialect): UpstreamCodec => {
  switch (dialect) {
    case 'openai':
    case 'openai-responses':
      return createOpenAiCodec({});
    case 'anthropic':
      return createAnthropicCodec();
    case 'gemini':
      return createGeminiCodec();
  }
};

const rateLimited = (dialect: Dialect, seconds: number): Script => {
  const waiting = { 'content-type': 'application/json', 'retry-after': String(seconds) };
  switch (dialect) {
    case 'openai':
    case 'openai-responses':
      return { ...openAiError(429, 'rate_limit_exceeded', 'Slow down'), headers: waiting };
    case 'anthropic':
      return { ...anthropicError(429, 'rate_limit_error', 'Slow down'), headers: waiting };
    case 'gemini':
      return geminiError(429, 'RESOURCE_EXHAUSTED', 'Slow down', [
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` },
      ]);
  }
};

const unauthorized = (dialect: Dialect): Script => {
  switch (dialect) {
    case 'openai':
    case 'openai-responses':
      return openAiError(401, 'invalid_api_key', `Incorrect API key provided: ${KEY}`);
    case 'anthropic':
      return anthropicError(401, 'authentication_error', `invalid x-api-key ${KEY}`);
    case 'gemini':
      return geminiError(401, 'UNAUTHENTICATED', `API key not valid: ${KEY}`);
  }
};

/** The first half of the right answer; its length says that there is more. */
const halfOf = ({ answer }: { readonly answer: Script }, ending: 'cut' | 'hang'): Script => {
  const body = Buffer.from(
    typeof answer.body === 'string' || answer.body instanceof Uint8Array ? answer.body : '',
  );
  return {
    headers: { ...answer.headers, 'content-length': String(body.byteLength) },
    body: body.subarray(0, Math.floor(body.byteLength / 2)),
    ending,
  };
};

const scriptFor = <Kind extends OperationKind>(
  operation: DialectOperation<Kind>,
  situation: OperationSituation,
): Script => {
  switch (situation.kind) {
    case 'done':
      return operation.answer;
    case 'rateLimited':
      return rateLimited(operation.dialect, situation.retryAfterMs / 1000);
    case 'unauthorized':
      return unauthorized(operation.dialect);
    case 'malformed':
      return { headers: { 'content-type': 'application/json' }, body: situation.body };
    case 'cut':
      return halfOf(operation, 'cut');
    case 'hang':
      return situation.at === 'HEADERS' ? { before: NEVER } : halfOf(operation, 'hang');
  }
};

const describeOverHttp = <Kind extends OperationKind>(
  operation: DialectOperation<Kind>,
  pick: (adapters: OperationAdapters) => OperationAdapter<Kind> | undefined,
): void =>
  describeOperation(operation, async () => {
    const upstream = await startUpstream();
    const dispatcher = createDispatcher();
    const clock = createFakeClock();
    const provider = createHttpProvider({
      settings: {
        id: asProviderId('tested'),
        dialect: operation.dialect,
        baseUrl: upstream.url,
        apiKey: new Secret(KEY),
      },
      codecFor: () => codecOf(operation.dialect),
      operations: { [operation.operation]: operation.codec },
      dispatcher,
      clock,
      log: recordedLog(),
    });
    const adapter = pick(provider.operations);
    if (adapter === undefined) throw new Error('the provider lacks the operation');
    return {
      adapter,
      clock,
      secrets: [KEY],
      prepare: (situation) => upstream.enqueue(scriptFor(operation, situation)),
      sent: () => upstream.requests.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('\n'),
      async underWay(at, n) {
        await upstream.received(n);
        if (at === 'BODY')
          await expect.poll(() => upstream.bytesWritten(n), { interval: 1 }).toBeGreaterThan(0);
      },
      released: (n) => upstream.closedByClient(n),
      async close() {
        await dispatcher.destroy();
        await upstream.close();
      },
    };
  });

for (const operation of EMBEDDINGS) describeOverHttp(operation, ({ EMBEDDING }) => EMBEDDING);
for (const operation of IMAGES) describeOverHttp(operation, ({ IMAGE_GENERATION }) => IMAGE_GENERATION);
for (const operation of SPEECHES) describeOverHttp(operation, ({ SPEECH }) => SPEECH);
for (const operation of TRANSCRIPTIONS) describeOverHttp(operation, ({ TRANSCRIPTION }) => TRANSCRIPTION);
for (const operation of RERANKS) describeOverHttp(operation, ({ RERANK }) => RERANK);
for (const operation of MODERATIONS) describeOverHttp(operation, ({ MODERATION }) => MODERATION);
for (const operation of TOKEN_COUNTS) describeOverHttp(operation, ({ TOKEN_COUNT }) => TOKEN_COUNT);
