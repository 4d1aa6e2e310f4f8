import type { Caller } from '../../domain/caller.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';

/** Why the caller may do nothing more: its key has been revoked or has expired since its connection was opened. */
export const keyRefusal = ({ key }: Caller, now: Date): CompletionRefusal | undefined => {
  if (key.revokedAt !== undefined) return { code: 'FORBIDDEN', problem: `Key ${key.id} is revoked.` };
  if (key.expiresAt !== undefined && key.expiresAt <= now)
    return { code: 'FORBIDDEN', problem: `Key ${key.id} expired at ${key.expiresAt.toISOString()}.` };
  return undefined;
};
