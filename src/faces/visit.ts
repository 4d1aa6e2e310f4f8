import type { Guest } from '../control/authentication.ts';

/** What a face may know and ask of the connection that a request came by. Once welcome, no limit on strangers holds for it. */
export type Visit = Guest & {
  /** Takes room for so many bytes of the client's, until the answer is over; false where there is none. */
  hold(bytes: number): boolean;
  /** Gives back a part of it sooner. */
  release(bytes: number): void;
  /** Calls `receive` when the next piece of a large body may come; it must not throw. */
  inOwnTurn(receive: () => void): void;
  /** Calls `read` when it is the turn of a key's large body. */
  inTurn(keyId: string, read: () => void): void;
};

/** Told to clients whose request found no room. */
export const NO_ROOM =
  'The server holds as many bytes of requests as it may. Send the request again in a moment.';
