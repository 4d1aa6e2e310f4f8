import { Decimal } from '../../../domain/money.ts';
import type { RoutePolicy } from '../../../domain/route.ts';
import { INLINE_ROUTE, type Routing } from '../../../gateway/completion-command.ts';
import { type PolicyOptions, readPolicy } from '../../../gateway/routing/policy/document.ts';
import { InputProblem } from './input-problem.ts';
import type { RoutePolicyShape } from './route-policy-input.ts';
import type { RoutingShape } from './routing-input.ts';

/** No policy is nested so deep, but JSON in an input can be. */
const MOST_LEVELS = 16;
const LONGEST_REGION = 64;
const LONGEST_CONVERSATION = 256;

/** An input as a document: what is null is absent, and amounts and dates are texts. */
const documentOf = (path: string, value: unknown, levels = MOST_LEVELS): unknown => {
  if (value instanceof Decimal) return value.toFixed();
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) throw new InputProblem(path, 'is nested too deep.');
  if (Array.isArray(value)) return value.map((each) => documentOf(path, each, levels - 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, documentOf(path, member, levels - 1)]),
  );
};

/** Throws InputProblem where the policy makes no sense; `path` is where it stands. */
export const readPolicyInput = (
  path: string,
  input: RoutePolicyShape,
  options: PolicyOptions = {},
): RoutePolicy => {
  const read = readPolicy(documentOf(path, input), options);
  if (read.kind === 'OK') return read.policy;
  throw new InputProblem(read.path === '' ? path : `${path}.${read.path}`, read.problem);
};

const checkLength = (path: string, text: string, most: number): void => {
  if (text.length > most) throw new InputProblem(path, `takes up to ${most} characters.`);
};

const readRouting = ({ region, conversation, ...input }: RoutingShape): Routing => {
  if (region != null) checkLength('routing.region', region, LONGEST_REGION);
  if (conversation != null) checkLength('routing.conversation', conversation, LONGEST_CONVERSATION);
  const hasPolicy = Object.values(input).some((member) => member != null);
  return {
    ...(hasPolicy && { policy: readPolicyInput('routing', input, { candidates: 'OPTIONAL' }) }),
    ...(region != null && { region }),
    ...(conversation != null && { conversation }),
  };
};

/** What a request says of where it is to go. Throws InputProblem. */
export const readDestination = ({
  model,
  routing,
}: {
  readonly model?: string | null | undefined;
  readonly routing?: RoutingShape | null | undefined;
}): { readonly model: string; readonly routing?: Routing } => {
  const read = routing == null ? undefined : readRouting(routing);
  const hasCandidates = (read?.policy?.candidates.length ?? 0) > 0;
  if (model == null && !hasCandidates)
    throw new InputProblem('model', 'is missing; without it `routing.candidates` says what may be used.');
  if (model === INLINE_ROUTE && !hasCandidates)
    throw new InputProblem('routing.candidates', `is missing; the model "${INLINE_ROUTE}" takes them.`);
  return { model: model ?? INLINE_ROUTE, ...(read !== undefined && { routing: read }) };
};
