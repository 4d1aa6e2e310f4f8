import type { Caller } from '../domain/caller.ts';
import type { Log } from '../ports/log.ts';

/** What is told of, by the stable code of its line, and in words. */
const ACTS = {
  KEY_CREATED: 'A key was made.',
  KEY_REVOKED: 'A key was revoked.',
  KEY_REPLACED: 'The secret of a key was replaced.',
  ROUTE_SAVED: 'A route was saved.',
  ROUTE_DELETED: 'A route was deleted.',
  CANARY_RESUMED: 'The canary of a route runs again.',
  SOURCE_REFRESHED: 'A source of the catalogue was read on demand.',
  OFFERINGS_MEASURED: 'Offerings were measured.',
  METRICS_READ: 'Metrics were read.',
} as const satisfies { readonly [code: string]: string };

export type Act = keyof typeof ACTS;

/** What was done, beside who did it. Never a secret. */
export type ActDetails = { readonly [name: string]: string | number | undefined };

/** Who did what, and who tried to: lines of the log. */
export type Audit = {
  /** `by`: a caller, or what of this server or its machine did it. */
  done(act: Act, by: Caller | 'START' | 'COMMAND', details: ActDetails): void;
  /** A key was used for what it may not. */
  denied(act: Act, by: Caller): void;
};

export const createAudit = (log: Log): Audit => ({
  done(act, by, details) {
    log.info(ACTS[act], { code: act, ...details, by: typeof by === 'string' ? by : by.key.id });
  },
  denied(act, { key }) {
    log.warn('A key was used for what it may not.', { code: 'ACCESS_DENIED', act, by: key.id });
  },
});
