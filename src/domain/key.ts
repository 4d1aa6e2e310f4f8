import type { KeyId } from './ids.ts';

/** ADMIN manages keys and reads every completion; MEMBER completes and reads its own. */
export type KeyRole = 'ADMIN' | 'MEMBER';

/** A virtual key, without its secret, which is shown once and kept only as a hash. */
export type Key = {
  readonly id: KeyId;
  readonly name: string;
  readonly role: KeyRole;
  /** First characters of the secret, to recognise it by. */
  readonly prefix: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  /** In the answer to a revocation that not all nodes could be told of: what that means. */
  readonly revocationNotice?: string;
};
