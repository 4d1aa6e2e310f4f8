import { type Caller, callerOf } from '../domain/caller.ts';
import { asKeyId } from '../domain/ids.ts';

/**
 * This server itself, for work that nobody's key asks for. Its rows in the ledger have that key's id; the key is in no
 * store, and nobody can authenticate as it.
 */
export const systemCaller = (name: 'probes' | 'measure', createdAt: Date): Caller =>
  callerOf({ id: asKeyId(`key_${name}`), name, role: 'MEMBER', prefix: '', createdAt });
