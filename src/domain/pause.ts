/** Asked between pieces of long work. undefined: go on now; else once this resolves. Rejects where the work has become useless. */
export type Pause = {
  (): Promise<void> | undefined;
  /** Told what the work took of other threads' processors. */
  tookElsewhere?(ms: number): void;
};
