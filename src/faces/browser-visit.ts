import type { IncomingMessage } from 'node:http';

const WEIGHT = /;\s*q=([\d.]+)/i;

/** How much a client wants one of the types, by the header's weights (RFC 9110, 12.5.1); undefined if it names none of them. */
const weightOf = (accepted: readonly string[], types: RegExp): number | undefined => {
  const named = accepted.find((each) => types.test(each));
  return named === undefined ? undefined : Number(WEIGHT.exec(named)?.[1] ?? 1);
};

/** Whether the request is a person's visit with a browser: a page is wanted, and more than JSON. */
export const isVisit = ({ method, headers: { accept } }: IncomingMessage): boolean => {
  if ((method !== 'GET' && method !== 'HEAD') || accept === undefined || !/text\/html/i.test(accept))
    return false;
  const accepted = accept.split(',').map((each) => each.trim());
  const page = weightOf(accepted, /^text\/html\s*(;|$)/i) ?? 0;
  const json = weightOf(accepted, /^application\/([\w.-]+\+)?json\s*(;|$)/i);
  return page > 0 && (json === undefined || page > json);
};
