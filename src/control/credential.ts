import { KEY_PREFIX } from './key-secret.ts';

/** The key that a client sent, if any. MALFORMED: something was sent that cannot be a key; `problem` says why. */
export type Credential =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'SECRET'; readonly secret: string }
  | { readonly kind: 'MALFORMED'; readonly problem: string };

/** Headers by their names in lower case, or the fields of another message that says the same. */
export type CredentialFields = { readonly [name: string]: unknown };

const NONE: Credential = { kind: 'NONE' };

/** Fields that hold a key without a scheme: of Anthropic's, Azure's and Google's clients, and of socket clients. */
const PLAIN_FIELDS = ['x-api-key', 'api-key', 'x-goog-api-key', 'token'] as const;

const MAX_SECRET = 512;
const BEARER = /^bearer(?: +|$)/i;
const malformed = (problem: string): Credential => ({ kind: 'MALFORMED', problem });

const readSecret = (field: string, text: string): Credential => {
  if (text === '') return malformed(`${field} holds no key. Is the variable that should hold it empty?`);
  if (text.length > MAX_SECRET) return malformed(`${field} holds more than ${MAX_SECRET} characters.`);
  if (/\s/.test(text)) return malformed(`${field} holds a key with a space in it.`);
  return { kind: 'SECRET', secret: text };
};

const readAuthorization = (value: string): Credential => {
  const text = value.trim();
  if (text === '') return readSecret('Authorization', '');
  const scheme = BEARER.exec(text)?.[0];
  if (scheme !== undefined) return readSecret('Authorization', text.slice(scheme.length));
  // Neither the scheme nor what follows is repeated: either may be a secret.
  return malformed(
    text.includes(' ')
      ? 'Authorization has another scheme than Bearer. Send `Authorization: Bearer mg_...`.'
      : 'Authorization has no scheme. Send `Authorization: Bearer mg_...`.',
  );
};

const readPlain = (field: string, value: string): Credential =>
  readSecret(field, value.trim().replace(BEARER, ''));

const isOurs = (credential: Credential): boolean =>
  credential.kind === 'SECRET' && credential.secret.startsWith(KEY_PREFIX);

/**
 * OpenAI's clients send a Bearer token, others a header of their own. Some send several, one of them for another
 * service: then the one that looks like a key of this server is meant, else the Bearer token.
 */
export const readCredential = (fields: CredentialFields): Credential => {
  const { authorization } = fields;
  let found = typeof authorization === 'string' ? readAuthorization(authorization) : NONE;
  if (isOurs(found)) return found;
  for (const name of PLAIN_FIELDS) {
    const value = fields[name];
    if (typeof value !== 'string') continue;
    const plain = readPlain(name, value);
    if (isOurs(plain)) return plain;
    if (found.kind === 'NONE' || (found.kind === 'MALFORMED' && plain.kind === 'SECRET')) found = plain;
  }
  return found;
};
