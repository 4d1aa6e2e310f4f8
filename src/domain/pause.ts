/** Asked between pieces of long work. undefined: go on; else once this resolves. Rejects where the work has become useless. */
export type Pause = () => Promise<void> | undefined;
