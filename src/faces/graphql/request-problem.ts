import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { explainJsonFault } from '../json-problem.ts';

/** Why the engine would not read a request, in words that it does not have. */
export type RequestProblem = {
  readonly status: 400 | 415;
  readonly code: 'BAD_REQUEST' | 'UNSUPPORTED_MEDIA_TYPE';
  readonly message: string;
};

const bad = (message: string): RequestProblem => ({ status: 400, code: 'BAD_REQUEST', message });
const unsupported = (message: string): RequestProblem => ({
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message,
});

const UNDECLARED = unsupported(
  'Send JSON, {"query": "…"}, with the header `content-type: application/json`, or the operation alone with `content-type: application/graphql`.',
);

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_SUFFIX = /^application\/[\w.-]+\+json$/;
/** An operation alone. */
const GRAPHQL_TYPE = 'application/graphql';

/** A form as the engine reads it: its parameters by name. */
const PARAMETER = /^\s*(query|variables|operationName|extensions|documentId|id)=/;
const JSON_OBJECT = /^\s*\{\s*["}]/;

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Parameters that are JSON themselves. */
const OBJECTS = ['variables', 'extensions'] as const;

/** What is wrong with the parameters of an address or a form. */
const problemIn = (parameters: string): RequestProblem | undefined => {
  // Names may be percent-encoded.
  if (!/variables|extensions|%/.test(parameters)) return undefined;
  const given = new URLSearchParams(parameters);
  for (const name of OBJECTS) {
    const text = given.get(name);
    if (text !== null && text !== '' && !parses(text))
      return bad(`The parameter ${name} is not JSON: ${explainJsonFault(text)}.`);
  }
  return undefined;
};

/** What is wrong with a GET's parameters. */
export const findAddressProblem = ({ url = '/' }: IncomingMessage): RequestProblem | undefined => {
  const query = url.indexOf('?');
  return query < 0 ? undefined : problemIn(url.slice(query + 1));
};

/** What is wrong with a body that is declared as JSON. For bodies that have not been read: it reads them. */
export const findJsonProblem = (body: Buffer): RequestProblem | undefined => {
  if (!isUtf8(body)) return bad('The body is not UTF-8.');
  const text = body.toString('utf8');
  return parses(text) ? undefined : bad(`The body is not JSON: ${explainJsonFault(text)}.`);
};

/** Without the mark that some editors and PowerShell put at the start of what they write as UTF-8. */
const withoutMark = (body: Buffer): Buffer =>
  body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;

const NAMES = ['query', 'operationName', 'documentId', 'id'] as const;

const formAsJson = (form: string): Buffer => {
  const given = new URLSearchParams(form);
  const texts = NAMES.flatMap((name) => {
    const text = given.get(name);
    return text === null || text === '' ? [] : [`"${name}":${JSON.stringify(text)}`];
  });
  const objects = OBJECTS.flatMap((name) => {
    const text = given.get(name);
    return text === null || text === '' ? [] : [`"${name}":${text}`];
  });
  return Buffer.from(`{${[...texts, ...objects].join()}}`);
};

type JsonBody =
  | { readonly kind: 'JSON'; readonly bytes: Buffer }
  | { readonly kind: 'PROBLEM'; readonly problem: RequestProblem };

const json = (bytes: Buffer): JsonBody => ({ kind: 'JSON', bytes });
const refused = (problem: RequestProblem): JsonBody => ({ kind: 'PROBLEM', problem });

/**
 * A body as JSON, and declared as such: a form, as `curl -d` declares every body, and an operation alone are rewritten. A body
 * that does not say what it is, or is of another type, is refused, as GraphQL over HTTP wants it.
 */
export const readAsJson = ({ headers }: IncomingMessage, body: Buffer): JsonBody => {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity')
    return refused(unsupported('Bodies are taken as they are, without a content-encoding.'));
  const bytes = withoutMark(body);
  const given = headers['content-type'] ?? '';
  if (given === JSON_TYPE) return json(bytes);
  const mediaType = (/^[^;,]*/.exec(given)?.[0] ?? '').trim().toLowerCase();
  headers['content-type'] = JSON_TYPE;
  if (mediaType === JSON_TYPE || JSON_SUFFIX.test(mediaType)) return json(bytes);
  if (mediaType === GRAPHQL_TYPE) return json(Buffer.from(JSON.stringify({ query: bytes.toString('utf8') })));
  const start = bytes.toString('utf8', 0, 64);
  if (mediaType !== FORM_TYPE) return refused(UNDECLARED);
  if (JSON_OBJECT.test(start)) return json(bytes);
  if (!PARAMETER.test(start)) return refused(UNDECLARED);
  const form = bytes.toString('utf8').trim();
  const problem = problemIn(form);
  return problem === undefined ? json(formAsJson(form)) : refused(problem);
};
