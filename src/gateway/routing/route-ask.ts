import type { Caller } from '../../domain/caller.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { CompletionCommand } from '../completion-command.ts';

/** What is to be routed. */
export type RouteAsk = {
  readonly command: CompletionCommand;
  readonly caller: Caller;
  /** With all media here. */
  readonly request: CompletionRequest;
  readonly at: Date;
  /** Nothing will be called: neither the size of the prompt nor how offerings are doing bars any. */
  readonly isHypothetical?: true;
};
