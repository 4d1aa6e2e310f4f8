import type { Caller } from '../../domain/caller.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { CompletionCommand } from '../completion-command.ts';
import type { Staged } from '../stages/stage.ts';
import type { CompiledRoute } from './candidate.ts';
import type { RouteExplanation } from './route-explanation.ts';
import type { RoutePlan } from './route-plan.ts';

/** What is to be routed. */
export type RouteAsk = {
  readonly command: CompletionCommand;
  readonly caller: Caller;
  /** With all media here. */
  readonly request: CompletionRequest;
  readonly at: Date;
};

/** Decides which offerings a completion may go to, and in which order. */
export type Router = {
  /** What the name and the routing of a command stand for. Refused: names that mean nothing, or nothing that is on. */
  compile(command: Pick<CompletionCommand, 'model' | 'routing'>): Staged<CompiledRoute>;
  /** At once, but where another node has to be asked for the home of a conversation. Refused: no candidate is left. */
  plan(route: CompiledRoute, ask: RouteAsk): Staged<RoutePlan> | Promise<Staged<RoutePlan>>;
  /** The same plan with all that it rests on. Draws by chance are drawn anew. Leaves no trace. */
  explain(route: CompiledRoute, ask: RouteAsk): Promise<RouteExplanation>;
  /** A completion is over: where its conversation is at home, and how long answers are. Never throws. */
  learn(ask: RouteAsk, record: CompletionRecord): void;
};
