import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  authenticate,
  LOOK_UP_FAILED,
  type OnFailure,
  TOO_MANY_ATTEMPTS,
} from '../../control/authentication.ts';
import { readCredential } from '../../control/credential.ts';
import type { KeyService } from '../../control/key-service.ts';
import { parseJson } from '../../domain/json.ts';
import type { TraceParent } from '../../domain/trace.ts';
import { TOO_COMPLEX } from '../json-structure.ts';
import { LARGE_BYTES, nextTurn } from '../large-bodies.ts';
import { discardRest, type ReceivedBody, receiveBody } from '../request-body.ts';
import { NO_ROOM, type Visit } from '../visit.ts';
import { acceptSomething } from './acceptable.ts';
import { unauthenticatedExtensions } from './authentication.ts';
import { engineBody, NO_ENGINE_BODY } from './engine-body.ts';
import { createJsonFace } from './json-face.ts';
import { isMultipart } from './multipart.ts';
import { GRAPH_PATH, isOfGraph, SCHEMA_PATH, STREAM_PATH } from './paths.ts';
import { findAddressProblem, findJsonProblem, type RequestProblem, readAsJson } from './request-problem.ts';
import { sendSchema } from './schema-file.ts';
import { createSseFace, isSingleConnection, refuseSingleConnection } from './sse-face.ts';
import type { Engine } from './yoga.ts';

export type HttpFaceOptions = {
  /** Largest request body in bytes. */
  readonly maxRequestBytes: number;
  /** Whether clients may see the schema. */
  readonly introspection: boolean;
  readonly onFailure: OnFailure;
};

const INTROSPECTION_OFF = 'The schema is not shown: introspection is off (MODELGRAPH_INTROSPECTION).';
const NO_UPLOADS_HERE = `${STREAM_PATH} takes no files. Send them by POST to ${GRAPH_PATH}, or give \`data\` or \`url\`.`;

const refuse = (
  response: ServerResponse,
  status: number,
  extensions: { readonly code: string; readonly reason?: string },
  message: string,
): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify({ errors: [{ message, extensions }] }));
};

const refuseProblem = (response: ServerResponse, { status, code, message }: RequestProblem): void =>
  refuse(response, status, { code }, message);

/** Whether an operation comes alone, which has no JSON around it. */
const isOperation = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('application/graphql') === true &&
  !headers['content-type'].includes('json');

type UnreadBody = Exclude<ReceivedBody['kind'], 'OK' | 'LEFT'>;
type UnreadProblem = { readonly status: number; readonly code: string; readonly message: string };

const unreadProblem = (kind: UnreadBody, maxRequestBytes: number): UnreadProblem => {
  switch (kind) {
    case 'TOO_LARGE':
      return {
        status: 413,
        code: 'REQUEST_TOO_LARGE',
        message: `The request is larger than ${maxRequestBytes} bytes (MODELGRAPH_MAX_REQUEST_BYTES).`,
      };
    case 'TOO_COMPLEX':
      return { status: 400, code: 'BAD_REQUEST', message: TOO_COMPLEX };
    case 'NO_ROOM':
      return { status: 503, code: 'UNAVAILABLE', message: NO_ROOM };
  }
};

/**
 * Answers at once, and lets the client send on for a while: a connection that is closed under a client that
 * still sends takes the answer with it.
 */
const refuseUnread = async (
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: UnreadProblem,
): Promise<void> => {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  response.writeHead(status, {
    ...(status === 503 && { 'retry-after': '1' }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.write(body);
  await discardRest(request);
  response.end();
};

/** GraphQL over HTTP and server-sent events. A stranger's request ends before anything of it is read. */
export const createHttpFace = (
  engine: Engine,
  keys: Pick<KeyService, 'authenticate'>,
  { maxRequestBytes, introspection, onFailure }: HttpFaceOptions,
) => {
  const stream = createSseFace(engine);
  const answerPlain = createJsonFace(engine);
  return {
    async handle(
      request: IncomingMessage,
      response: ServerResponse,
      trace?: TraceParent,
      visit?: Visit,
    ): Promise<boolean> {
      const path = (request.url ?? '/').split('?', 1)[0];
      if (!isOfGraph(request)) return false;

      const who = await authenticate(keys, readCredential(request), onFailure, visit);
      if (who.kind === 'UNAVAILABLE') {
        response.setHeader('retry-after', '1');
        refuse(response, 503, { code: 'UNAVAILABLE' }, LOOK_UP_FAILED);
        return true;
      }
      if (who.kind === 'TOO_MANY_ATTEMPTS') {
        response.setHeader('retry-after', '1');
        refuse(response, 429, { code: 'TOO_MANY_ATTEMPTS' }, TOO_MANY_ATTEMPTS);
        return true;
      }
      if (who.kind === 'UNAUTHENTICATED') {
        response.setHeader('www-authenticate', 'Bearer');
        refuse(response, 401, unauthenticatedExtensions(who), who.message);
        return true;
      }

      if (path === SCHEMA_PATH) {
        if (request.method !== 'GET' && request.method !== 'HEAD') {
          response.setHeader('allow', 'GET, HEAD');
          refuse(response, 405, { code: 'METHOD_NOT_ALLOWED' }, `${SCHEMA_PATH} takes GET and HEAD.`);
        } else if (introspection) sendSchema(request, response);
        else refuse(response, 403, { code: 'INTROSPECTION_OFF' }, INTROSPECTION_OFF);
        return true;
      }
      if (isSingleConnection(request)) {
        refuseSingleConnection(response);
        return true;
      }
      const isForm = isMultipart(request.headers['content-type']);
      if (request.method !== 'GET' && request.method !== 'POST') {
        response.setHeader('allow', 'GET, POST');
        refuse(response, 405, { code: 'METHOD_NOT_ALLOWED' }, `${path} takes GET and POST.`);
        return true;
      }
      if (path === STREAM_PATH && isForm) {
        refuse(response, 415, { code: 'UNSUPPORTED_MEDIA_TYPE' }, NO_UPLOADS_HERE);
        return true;
      }

      const aborter = new AbortController();
      response.once('close', () => {
        if (!response.writableFinished) aborter.abort();
      });

      let bytes: Buffer = Buffer.alloc(0);
      if (request.method === 'POST') {
        const keyId = who.caller.key.id;
        const body = await new Promise<ReceivedBody>((resolve) =>
          receiveBody(
            request,
            maxRequestBytes,
            { visit, keyId, isJson: !isForm && !isOperation(request) },
            resolve,
          ),
        );
        if (body.kind === 'LEFT') return true;
        if (body.kind !== 'OK') {
          await refuseUnread(request, response, unreadProblem(body.kind, maxRequestBytes));
          return true;
        }
        bytes = body.bytes;
        const read = isForm ? undefined : readAsJson(request, bytes);
        if (read?.kind === 'PROBLEM') {
          refuseProblem(response, read.problem);
          return true;
        }
        bytes = read?.bytes ?? bytes;
      } else {
        const problem = findAddressProblem(request);
        if (problem !== undefined) {
          refuseProblem(response, problem);
          return true;
        }
      }
      const isJson = request.method === 'POST' && !isForm;
      const context = {
        caller: who.caller,
        gone: aborter.signal,
        trace,
        headers: request.headers,
        ...(isForm && { form: bytes }),
      };
      if (path === STREAM_PATH) {
        const text = bytes.toString('utf8');
        if (bytes.length >= LARGE_BYTES) await nextTurn();
        const body = parseJson(text);
        const broken = isJson && (body === undefined || !isUtf8(bytes)) ? findJsonProblem(bytes) : undefined;
        if (broken !== undefined) {
          refuseProblem(response, broken);
          return true;
        }
        if (bytes.length >= LARGE_BYTES) await nextTurn();
        await stream(request, response, body ?? text, context);
        return true;
      }
      // Of caches between, only the header `authorization` holds one key's answers back from others.
      if (request.method !== 'POST') response.setHeader('cache-control', 'no-store');
      const plain = await answerPlain(request, response, bytes, context);
      if (plain.kind === 'ANSWERED') return true;
      const broken = isJson && plain.kind === 'NOT_TAKEN' ? findJsonProblem(bytes) : undefined;
      if (broken !== undefined) {
        refuseProblem(response, broken);
        return true;
      }
      if (request.method === 'POST')
        Object.assign(request, { body: isForm ? NO_ENGINE_BODY : engineBody(bytes) });
      // The engine reads the document itself.
      if (plain.kind === 'NOT_TAKEN') await engine.gate.beforeReading(context)?.catch(() => {});
      acceptSomething(request);
      await engine.yoga(
        request,
        response,
        plain.kind === 'TO_BE_TOLD' ? { ...context, outcome: plain.outcome } : context,
      );
      return true;
    },
  };
};
