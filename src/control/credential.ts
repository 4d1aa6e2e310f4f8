import { KEY_PREFIX } from './key-secret.ts';

/**
 * The key that a client sent, if any. IN_ADDRESS: only as a parameter of the address, where none is read. MALFORMED: something
 * was sent that cannot be a key; `problem` says why.
 */
export type Credential =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'IN_ADDRESS' }
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
const OURS = new RegExp(`^\\s*(?:bearer\\s+)?${KEY_PREFIX}`, 'i');
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

/** A header that is sent twice arrives as one, its values joined by commas, which no key of this server has in it. */
const valuesIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'string') return [];
  if (!value.includes(',')) return [value];
  const parts = value.split(',');
  return parts.some((part) => OURS.test(part)) ? parts : [value];
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
      for (const part of valuesIn(value)) {
        const credential = readField(name, part);
        if (credential.kind === 'SECRET' && credential.secret.startsWith(KEY_PREFIX)) {
          if (ours !== undefined && ours !== credential.secret) return SEVERAL;
          ours = credential.secret;
          found = credential;
        } else if (found.kind === 'NONE' || (found.kind === 'MALFORMED' && credential.kind === 'SECRET')) {
          found = credential;
        }
      }
    }
  }
  return found;
};

/** A request as far as it may name a key. */
export type CredentialSource = {
  /** By their names in lower case. */
  readonly headers: CredentialFields;
  /** Names and values in turn, as they came. */
  readonly rawHeaders?: readonly string[];
  readonly url?: string | undefined;
};

const AUTHORIZATION = 'authorization';

/** Of several headers of this name, Node keeps the first alone. */
const authorizations = (first: unknown, raw: readonly string[]): readonly unknown[] => {
  const values: unknown[] = [first];
  let count = 0;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (name.length !== AUTHORIZATION.length || name.toLowerCase() !== AUTHORIZATION) continue;
    count += 1;
    if (count > 1) values.push(raw[at + 1]);
  }
  return values;
};

const PARAMETERS: ReadonlySet<string> = new Set([
  ...['key', 'apikey', 'accesstoken', 'authtoken', 'bearer'],
  ...KEY_FIELDS.map((name) => name.replaceAll('-', '')),
]);

const hasKeyInAddress = (url: string | undefined): boolean => {
  const query = url?.indexOf('?') ?? -1;
  if (url === undefined || query < 0) return false;
  for (const [name, value] of new URLSearchParams(url.slice(query)))
    if (PARAMETERS.has(folded(name)) || OURS.test(value)) return true;
  return false;
};

const ABSENT: readonly unknown[] = [];
const IN_ADDRESS: Credential = { kind: 'IN_ADDRESS' };

/** The key in a request's headers. */
export const readCredential = ({ headers, rawHeaders = [], url }: CredentialSource): Credential => {
  const found = choose((name) => {
    const value = headers[name];
    if (value === undefined) return ABSENT;
    return name === AUTHORIZATION ? authorizations(value, rawHeaders) : [value];
  });
  return found.kind === 'NONE' && hasKeyInAddress(url) ? IN_ADDRESS : found;
};

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
