import { asProviderId, type ProviderId } from './ids.ts';

/**
 * Signatures of reasoning and of tool calls hold for the provider that made them alone. So that a conversation can go to
 * another one, what a caller gets is `mg1.<provider>.<signature>`; dots of the id are written `~`, which no id has.
 */
const MARK = 'mg1.';

const sealOf = (provider: ProviderId): string => `${MARK}${provider.replaceAll('.', '~')}.`;

export const sealSignature = (signature: string, provider: ProviderId): string =>
  sealOf(provider) + signature;

/** Whose seal a signature has; undefined where it has none. */
export const sealedFor = (signature: string | undefined): ProviderId | undefined => {
  if (signature === undefined || !signature.startsWith(MARK)) return undefined;
  const end = signature.indexOf('.', MARK.length);
  return end === -1 ? undefined : asProviderId(signature.slice(MARK.length, end).replaceAll('~', '.'));
};

/** The signature as its provider made it: one without a seal as it is, undefined for another provider's. */
export const openSignature = (signature: string, provider: ProviderId): string | undefined => {
  const seal = sealOf(provider);
  if (signature.startsWith(seal)) return signature.slice(seal.length);
  return sealedFor(signature) === undefined ? signature : undefined;
};
