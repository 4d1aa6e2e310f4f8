import type { Dialect } from '../../domain/provider.ts';
import type { ProviderQuirks } from '../../domain/provider-quirks.ts';
import type { ProviderSettings } from '../../domain/provider-settings.ts';
import type { Provider } from '../../ports/provider.ts';
import { createAnthropicCodec } from '../../wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';
import { createGeminiCodec } from '../../wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../wire/openai-responses/codec.ts';
import type { OperationCodecs } from '../../wire/operation-codec.ts';
import { geminiEmbeddings } from '../../wire/operations/gemini/embeddings.ts';
import { geminiImages } from '../../wire/operations/gemini/images.ts';
import { geminiSpeech } from '../../wire/operations/gemini/speech.ts';
import { geminiTranscription } from '../../wire/operations/gemini/transcription.ts';
import { openAiEmbeddings } from '../../wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../wire/operations/openai/images.ts';
import { openAiModeration } from '../../wire/operations/openai/moderation.ts';
import { openAiSpeech } from '../../wire/operations/openai/speech.ts';
import { openAiTranscription } from '../../wire/operations/openai/transcription.ts';
import { commonRerank } from '../../wire/operations/rerank.ts';
import type { ToolNameForm } from '../../wire/tool-names.ts';
import { createHttpProvider } from './http-provider.ts';
import { anthropic } from './known/anthropic.ts';
import { azure } from './known/azure.ts';
import { bedrock } from './known/bedrock.ts';
import { cerebras } from './known/cerebras.ts';
import { cloudflare } from './known/cloudflare.ts';
import { cohere } from './known/cohere.ts';
import { dashscope } from './known/dashscope.ts';
import { dashscopeCn } from './known/dashscope-cn.ts';
import { deepgram } from './known/deepgram.ts';
import { deepinfra } from './known/deepinfra.ts';
import { deepseek } from './known/deepseek.ts';
import { elevenlabs } from './known/elevenlabs.ts';
import { fireworks } from './known/fireworks.ts';
import { github } from './known/github.ts';
import { google } from './known/google.ts';
import { groq } from './known/groq.ts';
import { helicone } from './known/helicone.ts';
import { huggingface } from './known/huggingface.ts';
import { hunyuan } from './known/hunyuan.ts';
import { jina } from './known/jina.ts';
import { laozhang } from './known/laozhang.ts';
import { llamacpp } from './known/llamacpp.ts';
import { lmstudio } from './known/lmstudio.ts';
import { minimax } from './known/minimax.ts';
import { minimaxCn } from './known/minimax-cn.ts';
import { mistral } from './known/mistral.ts';
import { moonshot } from './known/moonshot.ts';
import { moonshotCn } from './known/moonshot-cn.ts';
import { nvidia } from './known/nvidia.ts';
import { ollama } from './known/ollama.ts';
import { openai } from './known/openai.ts';
import { openrouter } from './known/openrouter.ts';
import { perplexity } from './known/perplexity.ts';
import { portkey } from './known/portkey.ts';
import { qianfan } from './known/qianfan.ts';
import { sambanova } from './known/sambanova.ts';
import { siliconflow } from './known/siliconflow.ts';
import { siliconflowCn } from './known/siliconflow-cn.ts';
import { together } from './known/together.ts';
import { vercel } from './known/vercel.ts';
import { vertex } from './known/vertex.ts';
import { vllm } from './known/vllm.ts';
import { volcengine } from './known/volcengine.ts';
import { voyage } from './known/voyage.ts';
import { xai } from './known/xai.ts';
import { zai } from './known/zai.ts';
import { zhipu } from './known/zhipu.ts';
import type { DialectApi, KnownProvider, ProviderDependencies } from './known-provider.ts';
import { quirksAt } from './quirks-by-host.ts';
import { withFittedToolNames } from './with-fitted-tool-names.ts';

/** Every provider that is known by id, in the order in which offerings of one model are preferred. */
export const KNOWN_PROVIDERS: readonly KnownProvider[] = [
  openai,
  anthropic,
  google,
  mistral,
  deepseek,
  xai,
  cohere,
  moonshot,
  moonshotCn,
  zhipu,
  zai,
  minimax,
  minimaxCn,
  perplexity,
  azure,
  bedrock,
  vertex,
  dashscope,
  dashscopeCn,
  volcengine,
  qianfan,
  hunyuan,
  cloudflare,
  groq,
  cerebras,
  together,
  fireworks,
  deepinfra,
  sambanova,
  siliconflow,
  siliconflowCn,
  nvidia,
  openrouter,
  huggingface,
  github,
  vercel,
  helicone,
  portkey,
  laozhang,
  voyage,
  jina,
  elevenlabs,
  deepgram,
  ollama,
  vllm,
  lmstudio,
  llamacpp,
];

/** Finds a provider by id or alias. */
export const knownProvider = (name: string): KnownProvider | undefined =>
  KNOWN_PROVIDERS.find((known) => known.id === name || known.aliases?.includes(name));

/** The dialect as strangers speak it: only what every server of that dialect takes. */
const commonCodec = (dialect: Dialect, quirks: ProviderQuirks = {}): UpstreamCodec => {
  switch (dialect) {
    case 'openai':
      return createOpenAiCodec(quirks);
    case 'openai-responses':
      return createOpenAiResponsesCodec();
    case 'anthropic':
      return createAnthropicCodec();
    case 'gemini':
      return createGeminiCodec();
  }
};

/**
 * What strangers of a dialect may offer besides completions: one that does not says so when it is asked. Token counts
 * are left out, as they can be estimated here.
 */
const commonOperations = (dialect: Dialect): OperationCodecs => {
  switch (dialect) {
    case 'openai':
    case 'openai-responses':
      return {
        EMBEDDING: openAiEmbeddings(),
        IMAGE_GENERATION: openAiImages(),
        SPEECH: openAiSpeech(),
        TRANSCRIPTION: openAiTranscription(),
        RERANK: commonRerank(),
        MODERATION: openAiModeration(),
      };
    case 'gemini':
      return {
        EMBEDDING: geminiEmbeddings(),
        IMAGE_GENERATION: geminiImages(),
        SPEECH: geminiSpeech(),
        TRANSCRIPTION: geminiTranscription(),
      };
    case 'anthropic':
      return {};
  }
};

/** What all take, as far as is known. */
const DEFAULT_TOOL_NAMES: ToolNameForm = 'word-64';

/** Connects to a provider, known or not. Sends nothing yet. Rejects if the base URL is no URL. */
export const connectProvider = async (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
): Promise<Provider> => {
  const api = knownProvider(settings.id)?.api;
  const { dialect: stated } = settings;
  if (api?.kind === 'LIBRARY' && stated === undefined)
    return withFittedToolNames(await api.connect(settings, dependencies), DEFAULT_TOOL_NAMES);
  const dialect = stated ?? (api?.kind === 'DIALECT' ? api.dialect : 'openai');
  const inStated = api?.kind === 'DIALECT' && stated !== undefined ? api.codecs?.[stated] : undefined;
  const common = inStated ?? commonCodec(dialect, quirksAt(settings.baseUrl, settings.quirks));
  const isOwn = api?.kind === 'DIALECT' && (api.dialect === dialect || inStated !== undefined);
  const own = isOwn ? api : undefined;
  const codecFor = (api: DialectApi) => (model: string, wanted?: Dialect) => {
    const also = wanted === undefined ? undefined : api.codecs?.[wanted];
    return also !== undefined && wanted !== undefined && api.alsoSpeaks?.(model, wanted)
      ? also
      : api.codec(model);
  };
  const provider = createHttpProvider({
    ...dependencies,
    settings,
    codecFor: inStated === undefined && own !== undefined ? codecFor(own) : () => common,
    operations: own?.operations ?? commonOperations(dialect),
    ...(own?.completes !== undefined && { completes: own.completes }),
    ...(own?.modelsPath !== undefined && { modelsPath: own.modelsPath }),
  });
  return withFittedToolNames(provider, own?.toolNames ?? DEFAULT_TOOL_NAMES);
};
