import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';

/**
 * What clients give back unread in the `encrypted_content` of reasoning items, and so the one place for all proofs that
 * a next turn needs. A function call has no place of its own for a proof: an item without text carries those of a turn.
 */
export type EncryptedContent =
  | { readonly kind: 'REASONING'; readonly signature: string; readonly redacted: boolean }
  | { readonly kind: 'CALLS'; readonly signatures: ReadonlyMap<string, string> };

const SIGNED = 'mg-signed.';
const REDACTED = 'mg-redacted.';
const CALLS = 'mg-calls.';

export const writeEncryptedContent = (content: EncryptedContent): string =>
  content.kind === 'REASONING'
    ? (content.redacted ? REDACTED : SIGNED) + content.signature
    : CALLS + Buffer.from(JSON.stringify(Object.fromEntries(content.signatures))).toString('base64url');

const stringsOf = (object: JsonObject): ReadonlyMap<string, string> =>
  new Map(Object.entries(object).flatMap(([id, value]) => (typeof value === 'string' ? [[id, value]] : [])));

/** Undefined for what was not written here, such as a provider's own. */
export const readEncryptedContent = (text: string): EncryptedContent | undefined => {
  if (text.startsWith(SIGNED))
    return { kind: 'REASONING', signature: text.slice(SIGNED.length), redacted: false };
  if (text.startsWith(REDACTED))
    return { kind: 'REASONING', signature: text.slice(REDACTED.length), redacted: true };
  if (!text.startsWith(CALLS)) return undefined;
  const signatures = parseJson(Buffer.from(text.slice(CALLS.length), 'base64url').toString('utf8'));
  return { kind: 'CALLS', signatures: isJsonObject(signatures) ? stringsOf(signatures) : new Map() };
};
