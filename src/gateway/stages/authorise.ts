import type { Caller } from '../../domain/caller.ts';
import type { CompletionCommand } from '../completion-command.ts';
import { ok, refused, type Staged } from './stage.ts';

/** Each stage says its name, so that the next one cannot be given anything else. */
export type Authorised = {
  readonly stage: 'AUTHORISED';
  readonly caller: Caller;
  readonly command: CompletionCommand;
};

/** A key that has been revoked or has expired since its connection was opened completes nothing more. */
export const authorise = (caller: Caller, command: CompletionCommand, now: Date): Staged<Authorised> => {
  const { key } = caller;
  if (key.revokedAt !== undefined)
    return refused({ code: 'FORBIDDEN', problem: `Key ${key.id} is revoked.` });
  if (key.expiresAt !== undefined && key.expiresAt <= now) {
    return refused({
      code: 'FORBIDDEN',
      problem: `Key ${key.id} expired at ${key.expiresAt.toISOString()}.`,
    });
  }
  return ok({ stage: 'AUTHORISED', caller, command });
};
