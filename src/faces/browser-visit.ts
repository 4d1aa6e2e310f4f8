import type { IncomingMessage } from 'node:http';

/** Whether the request is a person's visit with a browser. */
export const isVisit = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && /\btext\/html\b/i.test(headers.accept ?? '');
