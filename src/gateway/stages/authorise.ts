import type { Caller } from '../../domain/caller.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { CompletionCommand } from '../completion-command.ts';
import { ok, refused, type Staged } from './stage.ts';

/** Each stage says its name, so that the next one cannot be given anything else. */
export type Authorised = {
  readonly stage: 'AUTHORISED';
  readonly caller: Caller;
  readonly command: CompletionCommand;
};

/** Why the caller may do nothing more: its key has been revoked or has expired since its connection was opened. */
export const keyRefusal = ({ key }: Caller, now: Date): CompletionRefusal | undefined => {
  if (key.revokedAt !== undefined) return { code: 'FORBIDDEN', problem: `Key ${key.id} is revoked.` };
  if (key.expiresAt !== undefined && key.expiresAt <= now)
    return { code: 'FORBIDDEN', problem: `Key ${key.id} expired at ${key.expiresAt.toISOString()}.` };
  return undefined;
};

/** Lets callers in whose key holds. */
export const authorise = (caller: Caller, command: CompletionCommand, now: Date): Staged<Authorised> => {
  const refusal = keyRefusal(caller, now);
  return refusal === undefined ? ok({ stage: 'AUTHORISED', caller, command }) : refused(refusal);
};
