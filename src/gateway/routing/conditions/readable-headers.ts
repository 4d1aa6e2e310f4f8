import type { RequestHeaders } from '../../completion-command.ts';

/** Headers that conditions may read besides those that begin with `x-`. */
const NAMED: ReadonlySet<string> = new Set([
  'accept-language',
  'content-language',
  'origin',
  'referer',
  'user-agent',
]);

/** Words in the names of headers that hold credentials, or sessions, which are as good as one. */
const SECRET = /auth|key|token|secret|cookie|credential|password|session|signature|jwt|saml|cert/;

const NAME = /^[a-z0-9-]{1,64}$/;

/** `x_team` is `X-Team`: CEL takes no dash in a member's name. */
export const headerNamed = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** Whether conditions may read a header: never one that holds a credential. */
export const isReadable = (name: string): boolean =>
  NAME.test(name) && (name.startsWith('x-') || NAMED.has(name)) && !SECRET.test(name);

export const READABLE_HEADERS = `those that begin with x-, ${[...NAMED].join(', ')}; none whose name tells of a key, token, cookie, session or other credential`;

/** Longer values are cut. */
const MAX_VALUE_LENGTH = 1_024;

/** What conditions may read of the headers of a request, under the name as sent and with underscores for dashes. */
export const readableHeaders = (headers: RequestHeaders | undefined): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value === undefined || !isReadable(name)) continue;
    const text = (typeof value === 'string' ? value : value.join(', ')).slice(0, MAX_VALUE_LENGTH);
    found.set(name, text);
    found.set(name.replaceAll('-', '_'), text);
  }
  return found;
};
