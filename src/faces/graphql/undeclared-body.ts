import type { IncomingMessage } from 'node:http';

/** `curl -d` declares every body a form. */
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i;
/** What programs send that say nothing of their body: `fetch` declares a string a text. */
const SAYS_NOTHING = /^\s*(text\/plain|application\/octet-stream)?\s*(;|$)/i;

/** A form as the engine reads it: its parameters by name. */
const PARAMETER = /^\s*(query|variables|operationName|extensions|documentId|id)=/;
const JSON_OBJECT = /^\s*\{\s*["}]/;

export const DECLARE_THE_BODY =
  'Send JSON, {"query": "…"}, with the header `content-type: application/json`, or the operation alone with `content-type: application/graphql`.';

/**
 * Declares as JSON what `curl -d` declares a form. False: the request does not say what its body is, which GraphQL over HTTP
 * wants refused, or a form is none. What is declared stays as it is.
 */
export const declareBody = ({ headers }: IncomingMessage, body: Buffer): boolean => {
  const type = headers['content-type'] ?? '';
  if (!FORM_TYPE.test(type)) return !SAYS_NOTHING.test(type);
  const start = body.toString('utf8', 0, 64);
  if (JSON_OBJECT.test(start)) headers['content-type'] = 'application/json';
  else return PARAMETER.test(start);
  return true;
};
