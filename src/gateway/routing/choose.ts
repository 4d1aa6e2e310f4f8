import type { ClientRequest, FetchedMedia, UnreadField } from '../../domain/client-request.ts';
import type { CompletionRequest, Unsupported } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Provider } from '../../ports/provider.ts';
import { unsealedFor } from '../sealed-signature.ts';
import { unsupportedOf, warningOf } from '../stages/choose-candidates.ts';
import { isWhole, withAddresses } from '../stages/load-media.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';
import type { RouteCandidate } from './candidate.ts';
import type { Barred } from './eligibility.ts';
import { placeRequest } from './regions.ts';
import type { PlannedCandidate, RouteAsk } from './route-plan.ts';
import type { Ranked } from './strategies/order.ts';

/** A client's own request as one provider gets it, and what of it that provider is known to refuse. */
export type PassedOn = {
  readonly client: ClientRequest;
  readonly unsupported: readonly Unsupported<string>[];
};

/** How the candidates of one completion get a request that came in its client's own words. */
export type PassOn = {
  readonly client: ClientRequest;
  /** Undefined: the provider speaks another dialect, and gets a translation. Throws what the provider throws. */
  to(provider: Provider, providerModelId: string): PassedOn | undefined;
  /** Whether the provider makes as many choices in one call as the client asks for. */
  makesChoices(provider: Provider, providerModelId: string): boolean;
  /** What is lost where it is translated, as many as are told of. */
  readonly unread: readonly Unsupported<string>[];
  /** Those of them without which the answer would be another one. */
  readonly essential: readonly Unsupported<string>[];
  /** What is told of where it is translated all the same. */
  readonly warnings: readonly Warning[];
};

/** A client can send thousands of fields that nobody knows. */
const MOST_TOLD = 20;
const MOST_CHARACTERS = 100;

const shown = (name: string): string =>
  name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS)}…` : name;

const warningsOf = (
  unread: readonly Unsupported<string>[],
  { unread: all }: ClientRequest,
): readonly Warning[] => {
  const more = all.length - unread.length;
  const told = unread.map(warningOf);
  return more === 0
    ? told
    : [...told, { code: 'UNSUPPORTED_PARAMETER', message: `${more} more fields were left out, likewise.` }];
};

/** What was fetched, by the addresses under which the client named it. */
const fetchedIn = ({
  command,
  request,
}: Pick<RouteAsk, 'command' | 'request'>): ReadonlyMap<string, FetchedMedia> => {
  const fetched = new Map<string, FetchedMedia>();
  for (const [at, message] of command.request.messages.entries()) {
    const loaded = request.messages[at];
    if (message.role !== 'user' || loaded?.role !== 'user') continue;
    for (const [index, part] of message.parts.entries()) {
      const whole = loaded.parts[index];
      if (part.type === 'text' || whole === undefined || whole.type === 'text') continue;
      if (part.source.kind !== 'remote' || whole.source.kind !== 'data') continue;
      const { mediaType, base64 } = whole.source;
      fetched.set(part.source.url, { mediaType, base64 });
    }
  }
  return fetched;
};

const ADDRESSES: ReadonlySet<string> = new Set(['imageUrl', 'audioUrl', 'fileUrl']);

/** Undefined where there is no client's request to pass on. */
export const passOnOf = (ask: Pick<RouteAsk, 'command' | 'request'>): PassOn | undefined => {
  const { command, request } = ask;
  const { client } = command;
  if (client === undefined) return undefined;
  const { dialect, choices = 1 } = client;
  const problem =
    dialect === undefined
      ? 'no provider gets it'
      : `only a provider that is asked in the client's own format (${dialect}) gets it`;
  const named = ({ name, isEssential }: UnreadField): Unsupported<string> => ({
    name: shown(name),
    problem,
    ...(isEssential && { isEssential }),
  });
  const unread = client.unread.slice(0, MOST_TOLD).map(named);
  // It names media as the client did, whatever has been fetched for others meanwhile.
  const isHere = isWhole(command.request);
  const sent: CompletionRequest = isWhole(command.request) ? request : withAddresses(command.request);
  const isSpokenBy = (provider: Provider, providerModelId: string): boolean =>
    dialect !== undefined && provider.dialectOf?.(providerModelId, dialect) === dialect;
  return {
    client,
    to(provider, providerModelId) {
      if (dialect === undefined || !isSpokenBy(provider, providerModelId)) return undefined;
      const named = provider.unsupported(providerModelId, sent, dialect);
      if (isHere || !named.some(({ name }) => ADDRESSES.has(name)))
        return { client, unsupported: unsupportedOf(named, request) };
      const found = provider.unsupported(providerModelId, request, dialect);
      return {
        client: { ...client, fetched: fetchedIn(ask) },
        unsupported: unsupportedOf(found, request),
      };
    },
    makesChoices: (provider, providerModelId) =>
      choices === 1 ||
      (isSpokenBy(provider, providerModelId) && (provider.makesChoices?.(providerModelId, client) ?? true)),
    unread,
    essential: client.unread
      .filter(({ isEssential }) => isEssential)
      .slice(0, MOST_TOLD)
      .map(named),
    warnings: warningsOf(unread, client),
  };
};

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
