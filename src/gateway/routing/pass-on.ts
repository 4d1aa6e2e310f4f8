import type { ClientRequest, UnreadField } from '../../domain/client-request.ts';
import type { CompletionRequest, Unsupported } from '../../domain/completion-request.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Provider } from '../../ports/provider.ts';
import { sealsIn } from '../sealed-signature.ts';
import { unsupportedOf, warningOf } from '../stages/choose-candidates.ts';
import { isWhole, withAddresses } from '../stages/load-media.ts';
import type { RouteAsk } from './route-ask.ts';

/** How the candidates of one completion get a request that came in its client's own words. */
export type PassOn = {
  readonly client: ClientRequest;
  /** Whether it goes to this model of the provider as it came: else it is translated. Throws what the provider throws. */
  isTakenBy(provider: Provider, providerModelId: string): boolean;
  /** Whether the provider speaks another dialect: then signatures that nobody has sealed are not its own. */
  isForeignTo(provider: Provider, providerModelId: string): boolean;
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

/** Undefined where there is no client's request to pass on. */
export const passOnOf = ({ command, request }: Pick<RouteAsk, 'command' | 'request'>): PassOn | undefined => {
  const { client } = command;
  if (client === undefined) return undefined;
  const problem =
    client.dialect === undefined
      ? 'no provider gets it'
      : `only a provider that is asked in the client's own format (${client.dialect}) gets it`;
  const named = ({ name, isEssential }: UnreadField): Unsupported<string> => ({
    name: shown(name),
    problem,
    ...(isEssential && { isEssential }),
  });
  const unread = client.unread.slice(0, MOST_TOLD).map(named);
  // Seals are ours: who made a signature does not know its own in one.
  const isSealed = sealsIn(request).length > 0;
  // It names media as the client did, whatever has been fetched for others meanwhile.
  const sent: CompletionRequest = isWhole(command.request) ? request : withAddresses(command.request);
  const isForeignTo = (provider: Provider, providerModelId: string): boolean =>
    client.dialect === undefined || provider.dialectOf?.(providerModelId, client) !== client.dialect;
  return {
    client,
    isForeignTo,
    isTakenBy: (provider, providerModelId) =>
      !isSealed &&
      client.mustTranslate !== true &&
      !isForeignTo(provider, providerModelId) &&
      unsupportedOf(provider.unsupported(providerModelId, sent, client.dialect)).length === 0,
    unread,
    essential: client.unread
      .filter(({ isEssential }) => isEssential)
      .slice(0, MOST_TOLD)
      .map(named),
    warnings: warningsOf(unread, client),
  };
};
