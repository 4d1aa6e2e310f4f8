import { type CompletionRequest, isDefault, type Unsupported } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Warning } from '../../domain/warning.ts';
import { nameInGraph } from '../parameter-name.ts';
import { ok, refused, type Staged } from './stage.ts';

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

/** One that might be tried. */
export type Prospect = {
  readonly offering: Offering;
  readonly warnings: readonly Warning[];
  /** What its provider cannot honour of the request. */
  unsupported(): readonly Unsupported<string>[];
};

/**
 * Those that may be tried, in the order given, each with warnings of what it will have to leave out. Under
 * ERROR an offering that cannot honour a parameter is none of them; one whose provider breaks when asked is
 * none either way, and what it threw goes to `onDefect`.
 */
export const chooseCandidates = <Each extends Prospect>(
  prospects: readonly Each[],
  mode: 'ERROR' | 'WARN',
  onDefect: (error: unknown, providerId: ProviderId) => void,
): Staged<readonly [Each, ...Each[]]> => {
  const chosen: Each[] = [];
  let unable:
    | { readonly offering: Offering; readonly parameters: readonly Unsupported<string>[] }
    | undefined;
  let broken: Offering | undefined;
  for (const prospect of prospects) {
    const { offering } = prospect;
    let parameters: readonly Unsupported<string>[];
    try {
      parameters = named(prospect.unsupported());
    } catch (error) {
      onDefect(error, offering.providerId);
      broken ??= offering;
      continue;
    }
    if (parameters.length > 0 && mode === 'ERROR') unable ??= { offering, parameters };
    else chosen.push({ ...prospect, warnings: [...prospect.warnings, ...parameters.map(warningOf)] });
  }
  const [first, ...rest] = chosen;
  if (first !== undefined) return ok([first, ...rest]);
  if (unable !== undefined)
    return refused({
      code: 'UNSUPPORTED_PARAMETER',
      offeringId: unable.offering.id,
      parameters: unable.parameters,
    });
  return refused({
    code: 'UNAVAILABLE',
    problem: `${broken?.id ?? 'The model'} cannot take the request: internal error in modelgraph, see its log. Choose another offering.`,
  });
};
