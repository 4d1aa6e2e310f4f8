import type { Caller } from '../domain/caller.ts';
import type { CompletionRequest } from '../domain/completion-request.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import type { CompletionCommand } from './completion-command.ts';
import { withoutFetching } from './estimate/unfetched-media.ts';
import type { CompiledRoute } from './routing/compiled-route.ts';
import type { RouteExplanation } from './routing/route-plan.ts';
import type { RunDependencies } from './runs/run.ts';
import { keyRefusal } from './stages/authorise.ts';
import { guardInput } from './stages/guard-input.ts';
import { settleAddresses } from './stages/settle-addresses.ts';
import { ok, refused, type Staged } from './stages/stage.ts';

export type DryRunDependencies = Pick<RunDependencies, 'clock' | 'onDefect'> & {
  readonly router: Pick<RunDependencies['router'], 'compile'>;
};

export type PlanAnswer =
  | { readonly kind: 'PLANNED'; readonly explanation: RouteExplanation }
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal };

/** What a router is asked about a completion that is not run. */
type DryRun = {
  readonly route: CompiledRoute;
  readonly ask: {
    readonly command: CompletionCommand;
    readonly caller: Caller;
    readonly request: CompletionRequest;
    readonly at: Date;
  };
  /** How many addresses a run would fetch first. */
  readonly unfetched: number;
};

/** As a run begins, but that nothing is fetched. */
export const beginDryRun = (
  { router, clock, onDefect }: DryRunDependencies,
  caller: Caller,
  given: CompletionCommand,
): Staged<DryRun> => {
  const at = clock.now();
  const refusal = keyRefusal(caller, at);
  if (refusal !== undefined) return refused(refusal);
  const guarded = guardInput(given);
  if (guarded.kind === 'REFUSED') return guarded;
  const compiled = router.compile(given);
  if (compiled.kind === 'REFUSED') return compiled;
  const { command } = guarded.value;
  const settled = settleAddresses(command, compiled.value.everyCandidate, onDefect);
  const { request, unfetched } = withoutFetching(settled.request);
  return ok({ route: compiled.value, ask: { command, caller, request, at }, unfetched });
};

/** What would be done with a completion. Asks no provider, fetches nothing and leaves no row in the ledger. */
export const planCompletion = async (
  dependencies: DryRunDependencies & Pick<RunDependencies, 'router'>,
  caller: Caller,
  command: CompletionCommand,
): Promise<PlanAnswer> => {
  const begun = beginDryRun(dependencies, caller, command);
  if (begun.kind === 'REFUSED') return begun;
  const { route, ask } = begun.value;
  return { kind: 'PLANNED', explanation: await dependencies.router.explain(route, ask) };
};
