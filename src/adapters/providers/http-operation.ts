import { originOf } from '../../domain/error-origin.ts';
import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { RateLimit } from '../../domain/rate-limit.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Log } from '../../ports/log.ts';
import type {
  OperationAdapter,
  OperationAdapters,
  OperationCall,
  OperationOutcome,
} from '../../ports/provider.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import type { OperationCodec, OperationCodecs } from '../../wire/operation-codec.ts';
import { CANCELLED, createHalt, type Halt } from './halt.ts';
import type { HttpConnection } from './http-connection.ts';
import { requestBody } from './request-body.ts';
import { askWhole } from './whole-answer.ts';

export type HttpOperationContext = {
  readonly id: ProviderId;
  readonly connection: HttpConnection;
  /** Whose credentials and errors are those of the operations. */
  readonly codecFor: (providerModelId: string) => UpstreamCodec;
  readonly log: Log;
};

const createHttpOperation = <Kind extends OperationKind>(
  codec: OperationCodec<Kind>,
  { id, connection, codecFor, log }: HttpOperationContext,
): OperationAdapter<Kind> => {
  const exchange = async (call: OperationCall<Kind>, halt: Halt): Promise<OperationOutcome<Kind>> => {
    const { providerModelId, request } = call;
    const warnings: Warning[] = [];
    let rateLimits: readonly RateLimit[] = [];
    const failed = (failure: Failure): OperationOutcome<Kind> => ({
      kind: 'FAILED',
      failure: connection.mask(failure),
      warnings,
      ...(rateLimits.length > 0 && { rateLimits }),
    });

    const dialect = codecFor(providerModelId);
    const encoded = codec.encode(providerModelId, request);
    warnings.push(...encoded.warnings);
    const { body, headers } = requestBody(encoded.call.body);
    const early = halt.failure();
    if (early) return failed(early);

    const answer = await askWhole(
      connection,
      {
        method: 'POST',
        path: encoded.call.path,
        headers: { ...headers, ...encoded.call.headers },
        trace: call.trace,
        accept: 'application/json, */*',
        body,
      },
      dialect,
      halt,
      call.alive,
    );
    rateLimits = answer.rateLimits;
    if (answer.kind === 'FAILED') return failed(answer.failure);
    const decoded = codec.decode({ headers: answer.headers, body: answer.bytes }, request, providerModelId);
    warnings.push(...decoded.warnings);
    if (decoded.kind === 'FAILED') return failed(decoded.failure);
    return { ...decoded, warnings, ...(rateLimits.length > 0 && { rateLimits }) };
  };

  return {
    unsupported: (providerModelId, request) => codec.unsupported(providerModelId, request),
    async perform(call, signal) {
      const halt = createHalt(signal);
      try {
        return await exchange(call, halt);
      } catch (error) {
        log.error('provider call broke', { provider: id, error: originOf(error) });
        const failure = failureOf(
          'SERVER_ERROR',
          'The call failed: internal error in modelgraph, see its log.',
        );
        return { kind: 'FAILED', failure, warnings: [] };
      } finally {
        halt.stop(CANCELLED);
      }
    },
  };
};

/** The operations of a provider behind HTTP. One call is one request and one answer of at most 64 MiB. */
export const createHttpOperations = (
  codecs: OperationCodecs,
  context: HttpOperationContext,
): OperationAdapters => ({
  ...(codecs.EMBEDDING && { EMBEDDING: createHttpOperation(codecs.EMBEDDING, context) }),
  ...(codecs.IMAGE_GENERATION && {
    IMAGE_GENERATION: createHttpOperation(codecs.IMAGE_GENERATION, context),
  }),
  ...(codecs.SPEECH && { SPEECH: createHttpOperation(codecs.SPEECH, context) }),
  ...(codecs.TRANSCRIPTION && { TRANSCRIPTION: createHttpOperation(codecs.TRANSCRIPTION, context) }),
  ...(codecs.RERANK && { RERANK: createHttpOperation(codecs.RERANK, context) }),
  ...(codecs.MODERATION && { MODERATION: createHttpOperation(codecs.MODERATION, context) }),
  ...(codecs.TOKEN_COUNT && { TOKEN_COUNT: createHttpOperation(codecs.TOKEN_COUNT, context) }),
});
