import { kept } from './kept.ts';
import { startModelgraph } from './modelgraph.ts';

/**
 * A server without any configuration, which has the sandbox alone: for all test files that leave it as they found it, but for
 * keys, routes and completions of their own, which none of them counts.
 */
export const plainServer = kept(() => startModelgraph());

/** The same, but it does not describe its graph. */
export const closedServer = kept(() => startModelgraph({ env: { MODELGRAPH_INTROSPECTION: 'off' } }));
