/**
 * When what was written to the spool is forced to the disk. What was written survives the end of the process in any case, and a
 * power cut only once it was forced. off: the system does it, usually within half a minute. interval: each second. each: before
 * an attempt is sent and before an answer ends.
 */
export const SPOOL_SYNCS = ['off', 'interval', 'each'] as const;
export type SpoolSync = (typeof SPOOL_SYNCS)[number];

/** Where rows of the ledger are kept until the store has them. */
export type SpoolSettings = { readonly directory: string; readonly sync: SpoolSync };
