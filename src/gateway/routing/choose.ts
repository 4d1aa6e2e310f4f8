import type { Unsupported } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Warning } from '../../domain/warning.ts';
import { unsealedFor } from '../sealed-signature.ts';
import { unsupportedOf, warningOf } from '../stages/choose-candidates.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';
import type { RouteCandidate } from './candidate.ts';
import type { Barred } from './eligibility.ts';
import type { Ranked } from './order.ts';
import { passOnOf } from './pass-on.ts';
import { placeRequest } from './place-request.ts';
import type { RouteAsk } from './route-ask.ts';
import type { PlannedCandidate } from './route-plan.ts';

/** Candidates as they will be called, and those that their providers rule out. */
export type Choice = {
  readonly chosen: readonly { readonly ranked: Ranked; readonly planned: PlannedCandidate }[];
  readonly barred: readonly Barred[];
  /** Those of them that would have been called before all that are chosen. */
  readonly passedOver: readonly Barred[];
  /** The first that cannot honour parameters which the caller insists on. */
  readonly unable?: { readonly offering: Offering; readonly parameters: readonly Unsupported<string>[] };
};

/**
 * Goes down the order and takes up to `most`; those on probation do not count, as not each of them is let through. Under
 * ERROR what cannot honour a parameter is passed over, and what a provider throws when asked always is. A client's own
 * request goes as it came to whom it can; what is lost of it elsewhere counts like a parameter that is not honoured.
 */
export const choose = (
  order: Iterable<Ranked>,
  { command, request: asked }: Pick<RouteAsk, 'command' | 'request'>,
  most: number,
  onDefect: (error: unknown, providerId: ProviderId) => void,
): Choice => {
  const chosen: { readonly ranked: Ranked; readonly planned: PlannedCandidate }[] = [];
  const barred: Barred[] = [];
  const passOn = passOnOf({ command, request: asked });
  let unable: Choice['unable'];
  let counted = 0;
  let passedOver: readonly Barred[] = NO_BARRED;
  const bar = (candidate: RouteCandidate, parameters: readonly Unsupported<string>[]): void => {
    unable ??= { offering: candidate.offering, parameters };
    barred.push({
      candidate,
      reason: 'PARAMETER',
      detail: () =>
        `It cannot honour ${parameters.map(({ name, problem }) => `${name} (${problem})`).join(', ')}.`,
    });
  };
  for (const ranked of order) {
    if (counted >= most) break;
    const { candidate } = ranked;
    const { offering, provider, breaker, isFallback } = candidate;
    const { providerModelId } = offering;
    let request = asked;
    // Most requests say nothing of regions: they are not copied.
    if (asked.inferenceRegion !== undefined || candidate.askedRegion !== undefined) {
      const placement = placeRequest(candidate, asked);
      if (placement.kind === 'ELSEWHERE') {
        barred.push({ candidate, reason: 'REGION', detail: () => placement.detail });
        continue;
      }
      request = placement.request;
    }
    let parameters: readonly Unsupported<string>[] = NONE;
    let given: Pick<PlannedCandidate, 'request' | 'client'> = { request };
    let warnings: readonly Warning[] = NO_WARNINGS;
    try {
      const passed = passOn?.to(provider, providerModelId);
      // Who speaks another dialect than the client has not made a signature that is without a seal.
      const isForeign = passOn !== undefined && passed === undefined;
      const unsealed = unsealedFor(provider.id, request, isForeign ? 'FOREIGN' : 'OWN');
      ({ warnings } = unsealed);
      if (passed !== undefined) {
        given = { request: unsealed.request, client: passed.client };
        parameters = passed.unsupported;
      } else {
        given = unsealed;
        parameters = unsupportedOf(provider.unsupported(providerModelId, unsealed.request), request);
      }
    } catch (error) {
      onDefect(error, offering.providerId);
      barred.push({
        candidate,
        reason: 'DEFECT',
        detail: () => 'It broke when it was asked, by our own fault.',
      });
      continue;
    }
    if (passOn !== undefined && !passOn.makesChoices(provider, providerModelId)) {
      bar(candidate, [CHOICES]);
      // Each choice is asked of it by itself, rather than all of them of another one.
      if (chosen.length === 0) break;
      continue;
    }
    if (passOn !== undefined && given.client === undefined) {
      const lost = command.unsupported === 'ERROR' ? passOn.unread : passOn.essential;
      if (lost.length > 0) {
        bar(candidate, lost);
        continue;
      }
      if (passOn.warnings.length > 0) warnings = [...warnings, ...passOn.warnings];
    }
    if (parameters.length > 0 && command.unsupported === 'ERROR') {
      bar(candidate, parameters);
      continue;
    }
    if (breaker.state() === 'CLOSED') counted += 1;
    if (offering.unlisted !== undefined) warnings = [...unlistedWarnings(offering), ...warnings];
    if (parameters.length > 0) warnings = [...warnings, ...parameters.map(warningOf)];
    const planned: { -readonly [Name in keyof PlannedCandidate]: PlannedCandidate[Name] } = {
      offering,
      provider,
      breaker,
      isFallback,
      request: given.request,
      warnings,
    };
    if (given.client !== undefined) planned.client = given.client;
    if (chosen.length === 0) passedOver = [...barred];
    chosen.push({ ranked, planned });
  }
  const choice = { chosen, barred, passedOver };
  return unable === undefined ? choice : { ...choice, unable };
};

const CHOICES: Unsupported<string> = {
  name: 'n',
  problem: 'it makes one choice in a call',
  isEssential: true,
};

const NONE: readonly Unsupported<string>[] = [];
const NO_WARNINGS: readonly Warning[] = [];
const NO_BARRED: readonly Barred[] = [];
