import type { Caller } from '../domain/caller.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import type { CompletionCommand } from './completion-command.ts';
import { withoutFetching } from './estimate/unfetched-media.ts';
import type { RouteExplanation } from './routing/route-plan.ts';
import type { RunDependencies } from './runs/pipeline.ts';
import { keyRefusal } from './stages/authorise.ts';
import { guardInput } from './stages/guard-input.ts';
import { settleAddresses } from './stages/settle-addresses.ts';

export type PlanAnswer =
  | { readonly kind: 'PLANNED'; readonly explanation: RouteExplanation }
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal };

/** What would be done with a completion. Asks no provider, fetches nothing and leaves no row in the ledger. */
export const planCompletion = async (
  { router, clock, onDefect }: Pick<RunDependencies, 'router' | 'clock' | 'onDefect'>,
  caller: Caller,
  command: CompletionCommand,
): Promise<PlanAnswer> => {
  const at = clock.now();
  const refusal = keyRefusal(caller, at);
  if (refusal !== undefined) return { kind: 'REFUSED', refusal };
  const guarded = guardInput(command);
  if (guarded.kind === 'REFUSED') return guarded;
  const compiled = router.compile(command);
  if (compiled.kind === 'REFUSED') return compiled;
  const asked = guarded.value.command;
  const { request } = withoutFetching(settleAddresses(asked, compiled.value.candidates, onDefect).request);
  return {
    kind: 'PLANNED',
    explanation: await router.explain(compiled.value, { command: asked, caller, request, at }),
  };
};
