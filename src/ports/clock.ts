/** Time, so that tests can hold it. */
export type Clock = {
  /** Wall-clock time. */
  now(): Date;
  /** Milliseconds that only ever grow; for durations. */
  monotonicMs(): number;
  /** Calls `callback` once after `ms`; the function returned cancels it. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
};
