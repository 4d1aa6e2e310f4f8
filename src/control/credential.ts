import { KEY_PREFIX } from './key-secret.ts';

/** The key that a client sent, if any. MALFORMED: something was sent that cannot be a key; `problem` says why. */
export type Credential =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'SECRET'; readonly secret: string }
  | { readonly kind: 'MALFORMED'; readonly problem: string };

type CredentialFields = { readonly [name: string]: unknown };

const NONE: Credential = { kind: 'NONE' };

/**
 * Where a client may put its key, in order of preference: OpenAI's and most other clients send `authorization`, Anthropic's,
 * Azure's and Google's a header of their own, federation routers `token`.
 */
export const KEY_FIELDS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'token'] as const;

const MAX_SECRET = 512;
const BEARER = /^bearer(?:\s+|$)/i;
const malformed = (problem: string): Credential => ({ kind: 'MALFORMED', problem });

const readSecret = (field: string, text: string): Credential => {
  if (text === '') return malformed(`${field} holds no key. Is the variable that should hold it empty?`);
  if (text.length > MAX_SECRET) return malformed(`${field} holds more than ${MAX_SECRET} characters.`);
  if (/\s/.test(text)) return malformed(`${field} holds a key with a space in it.`);
  return { kind: 'SECRET', secret: text };
};

/** The scheme may be left out. Other schemes have a space in them, so that their credentials are never read as a key. */
const readField = (field: (typeof KEY_FIELDS)[number], value: string): Credential => {
  const text = value.trim();
  const scheme = BEARER.exec(text)?.[0];
  if (scheme !== undefined) return readSecret(field, text.slice(scheme.length).trimStart());
  // Neither the scheme nor what follows is repeated: either may be a secret.
  return field === 'authorization' && text.includes(' ')
    ? malformed('authorization has another scheme than Bearer. Send `Authorization: Bearer mg_...`.')
    : readSecret(field, text);
};

const SEVERAL = malformed('Two different keys of this server were sent. Send one.');

/**
 * Some clients send all the keys that they have. So the one that looks like a key of this server is meant, else the first by
 * the order of the fields. Of two that do, neither may be guessed to be the one that pays.
 */
const choose = (valuesOf: (name: (typeof KEY_FIELDS)[number]) => readonly unknown[]): Credential => {
  let found: Credential = NONE;
  let ours: string | undefined;
  for (const name of KEY_FIELDS) {
    for (const value of valuesOf(name)) {
      if (typeof value !== 'string') continue;
      const credential = readField(name, value);
      if (credential.kind === 'SECRET' && credential.secret.startsWith(KEY_PREFIX)) {
        if (ours !== undefined && ours !== credential.secret) return SEVERAL;
        ours = credential.secret;
        found = credential;
      } else if (found.kind === 'NONE' || (found.kind === 'MALFORMED' && credential.kind === 'SECRET')) {
        found = credential;
      }
    }
  }
  return found;
};

/** Headers by their names in lower case. */
export const readCredential = (headers: CredentialFields): Credential => choose((name) => [headers[name]]);

/** Payloads are written by hand: `apiKey`, `api_key` and `API-Key` are one name. */
const folded = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

const isObject = (value: unknown): value is CredentialFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The key in a payload that names its fields as headers are named, at its top or in its `headers`. */
export const readPayloadCredential = (payload: unknown): Credential => {
  if (!isObject(payload)) return NONE;
  const top = Object.entries(payload);
  const nested = top.filter(([name, value]) => folded(name) === 'headers' && isObject(value));
  const fields = Map.groupBy(
    [...top, ...nested.flatMap(([, value]) => (isObject(value) ? Object.entries(value) : []))],
    ([name]) => folded(name),
  );
  return choose((name) => (fields.get(folded(name)) ?? []).map(([, value]) => value));
};
