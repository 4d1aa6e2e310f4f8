import type { Key } from './key.ts';

declare const authenticated: unique symbol;

/** Who calls: made only by authentication, so that code that needs a Caller cannot be reached without a key. */
export type Caller = { readonly key: Key; readonly [authenticated]: true };

/** For authentication alone, and for what this server does by itself. */
export const callerOf = (key: Key): Caller => ({ key }) as Caller;
