import { hash, randomBytes } from 'node:crypto';

/** How every key of ours begins, so that scanners and people recognise one. */
export const KEY_PREFIX = 'mg_';
/** Most characters of a secret that are kept to recognise a key by. */
const SHOWN_CHARACTERS = 8;

/** A new secret: `mg_` and 256 random bits. */
export const generateSecret = (): string => `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;

/** SHA-256 in hex. A fast hash suffices: the secrets that we make are random, so that there is nothing to guess. */
export const hashOfSecret = (secret: string): string => hash('sha256', secret, 'hex');

/** The beginning of a secret, by which people recognise it: never more than a quarter of one that they chose. */
export const prefixOfSecret = (secret: string): string =>
  secret.slice(0, Math.min(SHOWN_CHARACTERS, Math.floor(secret.length / 4)));
