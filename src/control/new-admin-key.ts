import { v7 as uuidv7 } from 'uuid';
import { asKeyId } from '../domain/ids.ts';
import type { Key } from '../domain/key.ts';
import { Secret } from '../domain/secret.ts';
import { generateSecret, hashOfSecret, prefixOfSecret } from './key-secret.ts';

/** A further admin key beside the one of the first start; like a member's it can be revoked. */
export const newAdminKey = (
  createdAt: Date,
): { readonly key: Key; readonly hash: string; readonly secret: Secret } => {
  const secret = generateSecret();
  return {
    key: {
      id: asKeyId(`key_${uuidv7()}`),
      name: 'admin',
      role: 'ADMIN',
      prefix: prefixOfSecret(secret),
      createdAt,
    },
    hash: hashOfSecret(secret),
    secret: new Secret(secret),
  };
};
