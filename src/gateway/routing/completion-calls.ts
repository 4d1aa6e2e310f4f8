import type { ClientRequest, FetchedMedia, UnreadField } from '../../domain/client-request.ts';
import type { CompletionRequest, Unsupported } from '../../domain/completion-request.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Provider } from '../../ports/provider.ts';
import { unsealedFor } from '../sealed-signature.ts';
import { unsupportedOf, warningOf } from '../stages/choose-candidates.ts';
import { isWhole, withAddresses } from '../stages/load-media.ts';
import type { Calls, Made } from './choose.ts';
import { placeRequest } from './regions.ts';
import type { RequestFacts } from './request-facts.ts';
import { parametersKeyOf } from './request-shape.ts';
import type { CompletionCall, RouteAsk } from './route-plan.ts';

/** A client's own request as one provider gets it, and what of it that provider is known to refuse. */
type PassedOn = {
  readonly client: ClientRequest;
  readonly unsupported: readonly Unsupported<string>[];
};

/** How the candidates of one completion get a request that came in its client's own words. */
type PassOn = {
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
const MAX_TOLD = 20;
const MAX_CHARACTERS = 100;

const shown = (name: string): string =>
  name.length > MAX_CHARACTERS ? `${name.slice(0, MAX_CHARACTERS)}…` : name;

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
const passOnOf = (ask: Pick<RouteAsk, 'command' | 'request'>): PassOn | undefined => {
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
  const unread = client.unread.slice(0, MAX_TOLD).map(named);
  // It names media as the client did, whatever has been fetched for others meanwhile.
  const isHere = isWhole(command.request, client);
  const sent: CompletionRequest = isHere ? request : withAddresses(command.request);
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
      .slice(0, MAX_TOLD)
      .map(named),
    warnings: warningsOf(unread, client),
  };
};

const CHOICES: Unsupported<string> = {
  name: 'n',
  problem: 'it makes one choice in a call',
  isEssential: true,
};

/**
 * A client's own request goes as it came to whom it can; what is lost of it elsewhere counts like a parameter that is not
 * honoured.
 */
export const completionCalls = ({
  ask,
  shape,
}: Pick<RequestFacts, 'ask' | 'shape'>): Calls<CompletionCall> => {
  const { command, request: asked } = ask;
  const { client } = command;
  let known: { readonly passOn: PassOn | undefined } | undefined;
  return {
    mode: command.unsupported,
    key() {
      if (shape.isSigned || asked.inferenceRegion !== undefined) return undefined;
      if (client !== undefined && (client.unread.length > 0 || (client.choices ?? 1) > 1)) return undefined;
      const parameters = parametersKeyOf(asked, shape);
      return parameters && `${command.unsupported} ${client && (client.dialect ?? 'none')} ${parameters}`;
    },
    again: (_candidate, passesOn) =>
      passesOn && client !== undefined ? { request: asked, client } : { request: asked },
    to(candidate): Made<CompletionCall> {
      known ??= { passOn: passOnOf(ask) };
      const { passOn } = known;
      const { provider, offering } = candidate;
      const { providerModelId } = offering;
      let request = asked;
      // Most requests say nothing of regions: they are not copied.
      if (asked.inferenceRegion !== undefined || candidate.askedRegion !== undefined) {
        const placement = placeRequest(candidate, asked);
        if (placement.kind === 'ELSEWHERE') return placement;
        request = placement.request;
      }
      const passed = passOn?.to(provider, providerModelId);
      // Who speaks another dialect than the client has not made a signature that is without a seal.
      const isForeign = passOn !== undefined && passed === undefined;
      const unsealed = unsealedFor(provider.id, request, isForeign ? 'FOREIGN' : 'OWN');
      const parameters =
        passed?.unsupported ??
        unsupportedOf(provider.unsupported(providerModelId, unsealed.request), request);
      if (passOn === undefined)
        return { kind: 'CALL', call: { request: unsealed.request }, warnings: unsealed.warnings, parameters };
      // Each choice is asked of it by itself, rather than all of them of another one.
      if (!passOn.makesChoices(provider, providerModelId))
        return { kind: 'LOST', parameters: [CHOICES], isLast: true };
      if (passed !== undefined)
        return {
          kind: 'CALL',
          call: { request: unsealed.request, client: passed.client },
          warnings: unsealed.warnings,
          parameters,
        };
      const lost = command.unsupported === 'ERROR' ? passOn.unread : passOn.essential;
      if (lost.length > 0) return { kind: 'LOST', parameters: lost };
      const warnings =
        passOn.warnings.length === 0 ? unsealed.warnings : [...unsealed.warnings, ...passOn.warnings];
      return { kind: 'CALL', call: { request: unsealed.request }, warnings, parameters };
    },
  };
};
