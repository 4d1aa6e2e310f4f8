import type { Caller } from '../domain/caller.ts';
import type { Credential } from './credential.ts';
import { KEY_PREFIX } from './key-secret.ts';
import { type KeyCheck, type KeyService, KeysAwayError, TooManyLookUpsError } from './key-service.ts';
import type { KeyEnd } from './live-sessions.ts';

/** Why a request has no caller; the same names on every face. */
export type KeyProblem =
  | 'MISSING_API_KEY'
  | 'MALFORMED_API_KEY'
  | 'INVALID_API_KEY'
  | 'REVOKED_API_KEY'
  | 'EXPIRED_API_KEY';

/** A request without a caller: what is wrong with its key and what to do, in one or two lines without the key. */
export type Unauthenticated = {
  readonly kind: 'UNAUTHENTICATED';
  readonly problem: KeyProblem;
  readonly message: string;
};

/** Who a request comes from. UNAVAILABLE: the key could not be looked up, so that nothing is known of it. */
export type Authentication =
  | { readonly kind: 'CALLER'; readonly caller: Caller }
  | Unauthenticated
  | { readonly kind: 'UNAVAILABLE' }
  /** So many unknown keys came from its address that its own is not looked up. */
  | { readonly kind: 'TOO_MANY_ATTEMPTS' };

/** Whoever a request comes from. */
export type Guest = {
  /** Where from. */
  readonly address: string;
  /** Its key is known. */
  welcome(): void;
  /** It brought none that is accepted. */
  refused(problem: KeyProblem): void;
};

/** Told why a key could not be looked up. */
export type OnFailure = (message: string, details: { readonly reason: string }) => void;

const MISSING: Unauthenticated = {
  kind: 'UNAUTHENTICATED',
  problem: 'MISSING_API_KEY',
  message: 'No API key was sent. Send `Authorization: Bearer mg_...` or `x-api-key: mg_...`.',
};

const IN_ADDRESS: Unauthenticated = {
  kind: 'UNAUTHENTICATED',
  problem: 'MISSING_API_KEY',
  message:
    'A key in the address is not read, as addresses end up in logs. Send it as `Authorization: Bearer mg_...` or `x-api-key: mg_...`.',
};

/** How keys of other services begin, the longest first. */
const OTHERS: readonly (readonly [prefix: string, service: string])[] = [
  ['sk-ant-', 'Anthropic'],
  ['sk-or-', 'OpenRouter'],
  ['sk-', 'OpenAI or another provider'],
  ['sess-', 'OpenAI'],
  ['AIza', 'Google'],
  ['ya29.', 'Google'],
  ['gsk_', 'Groq'],
  ['xai-', 'xAI'],
  ['hf_', 'Hugging Face'],
  ['pplx-', 'Perplexity'],
  ['nvapi-', 'NVIDIA'],
  ['fw_', 'Fireworks'],
  ['csk-', 'Cerebras'],
  ['r8_', 'Replicate'],
  ['jina_', 'Jina'],
  ['pa-', 'Voyage'],
  ['tgp_', 'Together'],
  ['AKIA', 'AWS'],
  ['ABSK', 'Amazon Bedrock'],
  ['ghp_', 'GitHub'],
  ['github_pat_', 'GitHub'],
  ['eyJ', 'a service that issues JSON Web Tokens'],
];

/** What programs send if the variable that should hold the key is not set or not expanded. */
const PLACEHOLDER =
  /^(?:undefined|null|none|nil|nan|false|\[object object\]|\$\{?\w+\}?|%\w+%|<.*>|\{\{.*\}\}|mg_\W*)$/i;
const QUOTED = /^(["'`]).*\1$/;

const refuse = (problem: KeyProblem, message: string): Unauthenticated => ({
  kind: 'UNAUTHENTICATED',
  problem,
  message,
});

/** Says only what is public of how keys look: nothing of whether a similar one exists. */
const explainUnknown = (secret: string): Unauthenticated => {
  if (PLACEHOLDER.test(secret))
    return refuse(
      'MALFORMED_API_KEY',
      'A placeholder was sent instead of a key. Is the variable that should hold the key set?',
    );
  if (QUOTED.test(secret))
    return refuse('MALFORMED_API_KEY', 'The key was sent in quotation marks. Send it without them.');
  const [prefix, service] = OTHERS.find(([each]) => secret.startsWith(each)) ?? [];
  if (prefix !== undefined)
    return refuse(
      'INVALID_API_KEY',
      `This looks like a key of ${service} (${prefix}...). Send a modelgraph key (mg_...). Keys of providers belong in the server's configuration.`,
    );
  return refuse(
    'INVALID_API_KEY',
    secret.startsWith(KEY_PREFIX)
      ? 'This key is not known to this server. Is it complete, and made by this server?'
      : 'This key is not known to this server. Keys that it makes begin with mg_.',
  );
};

/** Only who holds the whole secret reads it. */
export const explainEnd = (check: KeyEnd): Unauthenticated => {
  switch (check.kind) {
    case 'REVOKED':
      return refuse(
        'REVOKED_API_KEY',
        `This key was revoked at ${check.at.toISOString()}. Ask the administrator of this server for another.`,
      );
    case 'REPLACED':
      return refuse(
        'REVOKED_API_KEY',
        'The secret of this key was replaced by another. Ask the administrator of this server for it.',
      );
    case 'EXPIRED':
      return refuse(
        'EXPIRED_API_KEY',
        `This key expired at ${check.at.toISOString()}. Ask the administrator of this server for another.`,
      );
  }
};

/** Never rejects: a store that cannot be reached is a reason to come back later, not a broken request. At once where the key is known. */
export const authenticate = (
  keys: Pick<KeyService, 'authenticate'>,
  credential: Credential,
  onFailure: OnFailure,
  guest?: Guest,
): Authentication | Promise<Authentication> => {
  const refused = (who: Unauthenticated): Unauthenticated => {
    guest?.refused(who.problem);
    return who;
  };
  if (credential.kind === 'NONE') return refused(MISSING);
  if (credential.kind === 'IN_ADDRESS') return refused(IN_ADDRESS);
  if (credential.kind === 'MALFORMED') return refused(refuse('MALFORMED_API_KEY', credential.problem));
  const { secret } = credential;
  const told = (check: KeyCheck): Authentication => {
    switch (check.kind) {
      case 'CALLER':
        guest?.welcome();
        return check;
      case 'TOO_MANY_ATTEMPTS':
        guest?.refused('INVALID_API_KEY');
        return check;
      case 'UNKNOWN':
        return refused(explainUnknown(secret));
      default:
        return refused(explainEnd(check));
    }
  };
  const check = keys.authenticate(secret, guest?.address);
  if (!(check instanceof Promise)) return told(check);
  return check.then(told, (error: unknown) => {
    // Said once in the log, not for each request.
    if (!(error instanceof TooManyLookUpsError || error instanceof KeysAwayError))
      onFailure('A key could not be looked up.', {
        reason: error instanceof Error ? error.message : String(error),
      });
    return { kind: 'UNAVAILABLE' };
  });
};

/** For a client whose key could not be looked up. */
export const LOOK_UP_FAILED = 'Keys cannot be looked up just now. Send the request again in a moment.';

/** For a client from whose address too many unknown keys came. */
export const TOO_MANY_ATTEMPTS =
  'Too many unknown keys were sent from this address, so that this one is not looked up. Try again in a second.';
