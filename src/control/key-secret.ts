import { createHash, randomBytes } from 'node:crypto';

/** How every key of ours begins, so that scanners and people recognise one. */
export const KEY_PREFIX = 'mg_';
/** Characters of a secret that are kept to recognise a key by. */
const SHOWN_CHARACTERS = 8;

/** A new secret: `mg_` and 256 random bits. */
export const generateSecret = (): string => `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;

/** SHA-256 in hex. A fast hash suffices: the secrets are random, so that there is nothing to guess. */
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const prefixOfSecret = (secret: string): string => secret.slice(0, SHOWN_CHARACTERS);
