import { readFile } from 'node:fs/promises';
import { GoogleAuth, JWT } from 'google-auth-library';
import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderSettings } from '../../domain/provider-settings.ts';
import type { Provider } from '../../ports/provider.ts';
import { createAnthropicCodec } from '../../wire/anthropic/codec.ts';
import { createGeminiCodec } from '../../wire/gemini/codec.ts';
import { textAt } from '../../wire/json-reading.ts';
import type { OperationCodec, OperationCodecs } from '../../wire/operation-codec.ts';
import { anthropicTokenCount } from '../../wire/operations/anthropic/token-count.ts';
import { geminiEmbeddings } from '../../wire/operations/gemini/embeddings.ts';
import { geminiImages } from '../../wire/operations/gemini/images.ts';
import { geminiSpeech } from '../../wire/operations/gemini/speech.ts';
import { geminiTokenCount } from '../../wire/operations/gemini/token-count.ts';
import { geminiTranscription } from '../../wire/operations/gemini/transcription.ts';
import type { Authorize } from './http-connection.ts';
import { createHttpProvider } from './http-provider.ts';
import type { ProviderDependencies } from './known-provider.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** For one request of a token. Calls wait for it together, so one that hangs would hold up all of them for ever. */
const TOKEN_TIMEOUT_MS = 15_000;

const isClaude = (model: string): boolean => model.startsWith('claude');

/** The address of a location; some have hosts of another form than `LOCATION-aiplatform`. */
const addressOf = (baseUrl: string): string =>
  baseUrl
    .replace('://global-aiplatform.', '://aiplatform.')
    .replace(/:\/\/(us|eu)-aiplatform\.googleapis/, '://aiplatform.$1.rep.googleapis');

/** Counts the tokens of each maker's models in that maker's way. */
const tokenCount = (): OperationCodec<'TOKEN_COUNT'> => {
  const gemini = geminiTokenCount('vertex');
  const anthropic = anthropicTokenCount('vertex');
  const codecFor = (model: string) => (isClaude(model) ? anthropic : gemini);
  return {
    unsupported: (model, request) => codecFor(model).unsupported(model, request),
    encode: (model, request) => codecFor(model).encode(model, request),
    decode: (answer, request, model) => codecFor(model).decode(answer, request, model),
  };
};

const OPERATIONS: OperationCodecs = {
  EMBEDDING: geminiEmbeddings('vertex'),
  IMAGE_GENERATION: geminiImages('vertex'),
  SPEECH: geminiSpeech('vertex'),
  TRANSCRIPTION: geminiTranscription('vertex'),
  TOKEN_COUNT: tokenCount(),
};

/** The library's requests for tokens, on our connections; to the address that the service account names. */
const tokenFetch =
  ({ dispatcher, clock }: ProviderDependencies, tokenUrl: string | undefined): typeof globalThis.fetch =>
  async (input, init) => {
    const given = input instanceof Request ? input.url : String(input);
    const url = new URL(given === TOKEN_URL && tokenUrl !== undefined ? tokenUrl : given);
    const late = new AbortController();
    const cancelTimer = clock.after(TOKEN_TIMEOUT_MS, () => late.abort());
    try {
      const response = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: init?.method === 'POST' ? 'POST' : 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: init?.body === undefined || init.body === null ? null : await new Response(init.body).text(),
        signal: late.signal,
      });
      const text = await response.body.text();
      const type = response.headers['content-type'];
      return new Response(text === '' ? null : text, {
        status: response.statusCode,
        headers: typeof type === 'string' ? { 'content-type': type } : {},
      });
    } finally {
      cancelTimer();
    }
  };

/** What both of the library's clients can do. */
type Account = { getRequestHeaders(): Promise<Headers> };

/** A service account by its key; undefined where the text is none. */
const serviceAccount = (text: string, dependencies: ProviderDependencies): Account | undefined => {
  const json = parseJson(text);
  const service = isJsonObject(json) ? json : undefined;
  const email = textAt(service, 'client_email');
  const key = textAt(service, 'private_key');
  const keyId = textAt(service, 'private_key_id');
  if (email === undefined || key === undefined) return undefined;
  return new JWT({
    email,
    key,
    ...(keyId !== undefined && { keyId }),
    scopes: [SCOPE],
    transporterOptions: { fetchImplementation: tokenFetch(dependencies, textAt(service, 'token_uri')) },
  });
};

/** Rejects, in words for a person, where the credentials are none. */
const accountOf = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Account> => {
  const secret = settings.secrets?.GOOGLE_SERVICE_ACCOUNT_JSON;
  if (secret !== undefined) {
    const account = serviceAccount(secret.reveal(), dependencies);
    if (account !== undefined) return account;
    throw new Error('GOOGLE_SERVICE_ACCOUNT_JSON is not the JSON of a service account with its private key.');
  }
  const file = settings.variables?.GOOGLE_APPLICATION_CREDENTIALS ?? '';
  const clientOptions = { transporterOptions: { fetchImplementation: tokenFetch(dependencies, undefined) } };
  // Without either, the library looks where Google's programs keep credentials, and asks the metadata server.
  if (file === '') return new GoogleAuth({ scopes: [SCOPE], clientOptions });
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`GOOGLE_APPLICATION_CREDENTIALS: the file ${file} cannot be read.`);
  });
  return (
    serviceAccount(text, dependencies) ?? new GoogleAuth({ scopes: [SCOPE], keyFile: file, clientOptions })
  );
};

/**
 * Google's Vertex AI, with Google's models and Anthropic's. The requests and answers are those of the makers' own
 * APIs, so the codecs are ours: the AI SDK's package for Vertex drops what they keep, among it signatures of tool
 * calls, several candidates and usage by modality. Only the access tokens come from Google's library, which renews
 * them before they expire.
 */
export const connectVertex = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> => {
  const account = await accountOf(settings, dependencies);
  /** Calls that come at the same time share one request for a token. */
  let pending: Promise<{ readonly [name: string]: string }> | undefined;
  const authorize: Authorize = () => {
    pending ??= account
      .getRequestHeaders()
      .then((headers) => Object.fromEntries(headers))
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  const gemini = createGeminiCodec('vertex');
  const anthropic = createAnthropicCodec('vertex');
  return createHttpProvider({
    ...dependencies,
    settings: { ...settings, baseUrl: addressOf(settings.baseUrl) },
    authorize,
    codecFor: (providerModelId) => (isClaude(providerModelId) ? anthropic : gemini),
    operations: OPERATIONS,
    // Its lists of models are of makers, not of what an account may use.
    modelsPath: 'none',
  });
};
