import { type CompletionRequest, isDefault, type Unsupported } from '../../domain/completion-request.ts';
import type { Warning } from '../../domain/warning.ts';
import { nameInGraph } from '../parameter-name.ts';

/** Kept in the ledger, and passed on only where a provider takes them: no offering is unfit for want of them. */
const KEPT_BY_US: ReadonlySet<string> = new Set(['metadata', 'user']);

export const warningOf = ({ name, problem, isTaken }: Unsupported<string>): Warning => ({
  code: 'UNSUPPORTED_PARAMETER',
  parameter: name,
  message: isTaken === true ? `${name} changes nothing: ${problem}` : `${name} was left out: ${problem}`,
});

/** What counts of what a provider cannot honour of a request for text, by the names that the caller knows. */
export const unsupportedOf = (
  given: readonly Unsupported[],
  request: CompletionRequest,
): readonly Unsupported<string>[] =>
  given.length === 0 ? given : named(given.filter(({ name }) => !isDefault(request, name)));

/** The same of another operation. */
export const named = (given: readonly Unsupported<string>[]): readonly Unsupported<string>[] =>
  given
    .filter(({ name }) => !KEPT_BY_US.has(name))
    .map(({ name, problem, isTaken }) => ({
      name: nameInGraph(name),
      problem,
      ...(isTaken === true && { isTaken }),
    }));
