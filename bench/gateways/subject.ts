import type { Process } from './processes.ts';

/** One request, as it goes over the wire; `authorization` and `content-type` are added to its headers. */
export type Ask = {
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Part of every true answer; what the upstream says, if not given. */
  readonly expected?: string;
};

/** What is measured: a server and one way to ask it. Subjects may share a server. */
export type Subject = {
  /** Stable: results, targets and committed figures are kept under it. */
  readonly id: string;
  readonly name: string;
  readonly process: Process;
  readonly ask: Ask;
};
