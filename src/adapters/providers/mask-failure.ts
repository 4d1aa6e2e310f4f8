import type { Failure } from '../../domain/failure.ts';
import { maskAnyKey } from '../../domain/key-mask.ts';
import type { Secret } from '../../domain/secret.ts';

const LONGEST_MESSAGE = 4_000;
/** What is looked through: far more than is kept, so that no key is cut in two by what is not. */
const MAX_READ = 16_000;
/** Providers quote a wrong key with its middle starred out, which still shows its ends. */
const withoutStarred = (text: string): string =>
  text.replaceAll(/[^\s"']+/g, (word) => (word.includes('***') ? '[secret]' : word));

/** The failure with the key masked in everything that came from the provider, and texts of bounded length. */
export const maskFailure = (failure: Failure, apiKey: Secret | undefined): Failure => {
  const mask = (text: string): string => {
    const read = text.slice(0, MAX_READ);
    const masked = maskAnyKey(apiKey ? apiKey.maskIn(read) : read);
    const unstarred = failure.code === 'AUTHENTICATION' ? withoutStarred(masked) : masked;
    return unstarred.length > LONGEST_MESSAGE ? `${unstarred.slice(0, LONGEST_MESSAGE)}…` : unstarred;
  };
  return {
    ...failure,
    message: mask(failure.message),
    ...(failure.adminMessage === undefined ? {} : { adminMessage: mask(failure.adminMessage) }),
    ...(failure.providerCode === undefined ? {} : { providerCode: mask(failure.providerCode) }),
    ...(failure.providerMessage === undefined ? {} : { providerMessage: mask(failure.providerMessage) }),
    ...(failure.providerRequestId === undefined
      ? {}
      : { providerRequestId: mask(failure.providerRequestId) }),
  };
};
