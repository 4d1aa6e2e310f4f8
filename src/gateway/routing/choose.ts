import type { Unsupported } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import { unsealedFor } from '../sealed-signature.ts';
import { unsupportedOf, warningOf } from '../stages/choose-candidates.ts';
import type { Barred } from './eligibility.ts';
import type { Ranked } from './order.ts';
import type { RouteAsk } from './route-ask.ts';
import type { PlannedCandidate } from './route-plan.ts';

/** Candidates as they will be called, and those that their providers rule out. */
export type Choice = {
  readonly chosen: readonly { readonly ranked: Ranked; readonly planned: PlannedCandidate }[];
  readonly barred: readonly Barred[];
  /** The first that cannot honour parameters which the caller insists on. */
  readonly unable?: { readonly offering: Offering; readonly parameters: readonly Unsupported<string>[] };
};

/**
 * Goes down the order and takes up to `most`; those on probation do not count, as not each of them is let through. Under
 * ERROR what cannot honour a parameter is passed over, and what a provider throws when asked always is.
 */
export const choose = (
  order: Iterable<Ranked>,
  { command, request }: Pick<RouteAsk, 'command' | 'request'>,
  most: number,
  onDefect: (error: unknown, providerId: ProviderId) => void,
): Choice => {
  const chosen: { readonly ranked: Ranked; readonly planned: PlannedCandidate }[] = [];
  const barred: Barred[] = [];
  let unable: Choice['unable'];
  let counted = 0;
  for (const ranked of order) {
    if (counted >= most) break;
    const { candidate } = ranked;
    const { offering, provider, breaker, isFallback } = candidate;
    const unsealed = unsealedFor(provider.id, request);
    let parameters: readonly Unsupported<string>[];
    try {
      parameters = unsupportedOf(provider.unsupported(offering.providerModelId, unsealed.request));
    } catch (error) {
      onDefect(error, offering.providerId);
      barred.push({
        candidate,
        reason: 'DEFECT',
        detail: () => 'It broke when it was asked, by our own fault.',
      });
      continue;
    }
    if (parameters.length > 0 && command.unsupported === 'ERROR') {
      unable ??= { offering, parameters };
      barred.push({
        candidate,
        reason: 'PARAMETER',
        detail: () =>
          `It cannot honour ${parameters.map(({ name, problem }) => `${name} (${problem})`).join(', ')}.`,
      });
      continue;
    }
    if (breaker.state() === 'CLOSED') counted += 1;
    const warnings =
      parameters.length === 0 ? unsealed.warnings : [...unsealed.warnings, ...parameters.map(warningOf)];
    chosen.push({
      ranked,
      planned: { offering, provider, breaker, isFallback, request: unsealed.request, warnings },
    });
  }
  return { chosen, barred, ...(unable !== undefined && { unable }) };
};
