import type { Dialect } from '../../domain/provider.ts';
import type { ProviderSettings } from '../../domain/provider-settings.ts';
import type { Provider } from '../../ports/provider.ts';
import { createAnthropicCodec } from '../../wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import { createGeminiCodec } from '../../wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../wire/openai-responses/codec.ts';
import { createHttpProvider } from './http-provider.ts';
import { anthropic } from './known/anthropic.ts';
import { cerebras } from './known/cerebras.ts';
import { deepseek } from './known/deepseek.ts';
import { fireworks } from './known/fireworks.ts';
import { google } from './known/google.ts';
import { groq } from './known/groq.ts';
import { mistral } from './known/mistral.ts';
import { moonshot } from './known/moonshot.ts';
import { ollama } from './known/ollama.ts';
import { openai } from './known/openai.ts';
import { openrouter } from './known/openrouter.ts';
import { together } from './known/together.ts';
import { xai } from './known/xai.ts';
import type { KnownProvider, ProviderDependencies } from './known-provider.ts';

/** Every provider that is known by id, in the order in which offerings of one model are preferred. */
export const KNOWN_PROVIDERS: readonly KnownProvider[] = [
  openai,
  anthropic,
  google,
  mistral,
  deepseek,
  xai,
  moonshot,
  groq,
  cerebras,
  together,
  fireworks,
  openrouter,
  ollama,
];

/** Finds a provider by id or alias. */
export const knownProvider = (name: string): KnownProvider | undefined =>
  KNOWN_PROVIDERS.find((known) => known.id === name || known.aliases?.includes(name));

/** The dialect as strangers speak it: only what every server of that dialect takes. */
const commonCodec = (dialect: Dialect): UpstreamCodec => {
  switch (dialect) {
    case 'openai':
      return createOpenAiCodec({});
    case 'openai-responses':
      return createOpenAiResponsesCodec();
    case 'anthropic':
      return createAnthropicCodec();
    case 'gemini':
      return createGeminiCodec();
  }
};

/** Connects to a provider, known or not. Sends nothing yet. Rejects if the base URL is no URL. */
export const connectProvider = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> => {
  const api = knownProvider(settings.id)?.api;
  if (api?.kind === 'LIBRARY' && settings.dialect === undefined) return api.connect(settings, dependencies);
  const dialect = settings.dialect ?? (api?.kind === 'DIALECT' ? api.dialect : 'openai');
  const common = commonCodec(dialect);
  const codecFor = api?.kind === 'DIALECT' && api.dialect === dialect ? api.codec : () => common;
  return createHttpProvider({ settings, codecFor, ...dependencies });
};
