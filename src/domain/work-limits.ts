/** How much of this process one key may take for reading the graph; see docs/limits.md. */
export type WorkLimits = {
  /** Of a core, over ten seconds: 0.25 is a quarter of one. */
  readonly cpuShare: number;
  /** Heavy operations that are worked on at once; further ones wait for their turn. */
  readonly heavyOperations: number;
  /** Operations of the graph under way at once, of every kind. */
  readonly operations: number;
  /** Subscriptions at once that look at many things with each event. */
  readonly watches: number;
};

export const WORK_LIMITS: WorkLimits = {
  cpuShare: 0.25,
  heavyOperations: 4,
  operations: 10_000,
  watches: 100,
};
