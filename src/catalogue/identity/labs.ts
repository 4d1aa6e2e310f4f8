import { keepResults } from '../../domain/keep-results.ts';
import type { ProviderKind } from '../../domain/provider.ts';

/**
 * Who a provider is. `lab`: the word that its own models have before the slash of their slug; absent for those that only
 * serve others' models. Its ids that begin as another lab's family does are of that lab's models.
 */
export type KnownProvider = {
  readonly kind: ProviderKind;
  readonly lab?: string;
  /** Whether names that are another lab's elsewhere are its own here, e.g. `nova-2`. */
  readonly servesOnlyOwn?: true;
  /** The lab of a company that serves its models at its cloud, beside those of others: known by their families. */
  readonly houseLab?: string;
  /** Put before the ids of a plan that leaves the family out, e.g. `k3` for `kimi-k3`. */
  readonly prefix?: string;
};

const lab = (word: string): KnownProvider => ({ kind: 'LAB', lab: word });

const KNOWN_PROVIDERS: { readonly [providerId: string]: KnownProvider } = {
  ai21: lab('ai21'),
  'ant-ling': lab('inclusionai'),
  anthropic: lab('anthropic'),
  arcee: lab('arcee-ai'),
  avian: { kind: 'HOST' },
  assemblyai: lab('assemblyai'),
  azure: { kind: 'CLOUD', houseLab: 'microsoft' },
  baseten: { kind: 'HOST' },
  bedrock: { kind: 'CLOUD' },
  'black-forest-labs': lab('black-forest-labs'),
  cerebras: { kind: 'HOST' },
  cloudflare: { kind: 'CLOUD' },
  'cloudflare-ai-gateway': { kind: 'AGGREGATOR' },
  cohere: lab('cohere'),
  cursor: lab('cursor'),
  dashscope: lab('alibaba'),
  'dashscope-cn': lab('alibaba'),
  deepgram: { kind: 'LAB', lab: 'deepgram', servesOnlyOwn: true },
  deepseek: lab('deepseek'),
  doubleword: { kind: 'HOST' },
  elevenlabs: lab('elevenlabs'),
  fireworks: { kind: 'HOST' },
  'github-copilot': { kind: 'AGGREGATOR', houseLab: 'microsoft' },
  google: lab('google'),
  groq: { kind: 'HOST' },
  huggingface: { kind: 'AGGREGATOR' },
  hunyuan: lab('tencent'),
  inception: lab('inception'),
  jina: lab('jina'),
  'kimi-coding': { kind: 'LAB', lab: 'moonshotai', prefix: 'kimi-' },
  meta: lab('meta'),
  minimax: lab('minimax'),
  'minimax-cn': lab('minimax'),
  mistral: lab('mistral'),
  modal: { kind: 'HOST' },
  moonshot: lab('moonshotai'),
  'moonshot-cn': lab('moonshotai'),
  novita: { kind: 'HOST' },
  nvidia: { kind: 'HOST' },
  openai: lab('openai'),
  'openai-codex': lab('openai'),
  opencode: { kind: 'AGGREGATOR' },
  'opencode-go': { kind: 'AGGREGATOR' },
  openrouter: { kind: 'AGGREGATOR' },
  ovhcloud: { kind: 'CLOUD' },
  perplexity: lab('perplexity'),
  qianfan: lab('baidu'),
  quicksilverpro: { kind: 'RELAY' },
  'qwen-token-plan': lab('alibaba'),
  'qwen-token-plan-cn': lab('alibaba'),
  'qwen-token-plan-individual': lab('alibaba'),
  'qwen-token-plan-individual-cn': lab('alibaba'),
  recraft: lab('recraft'),
  stability: lab('stability'),
  stepfun: lab('stepfun'),
  together: { kind: 'HOST' },
  typesafe: lab('typesafe'),
  upstage: lab('upstage'),
  vercel: { kind: 'AGGREGATOR' },
  vertex: { kind: 'CLOUD', houseLab: 'google' },
  volcengine: lab('bytedance'),
  voyage: lab('voyageai'),
  xai: lab('xai'),
  xiaomi: lab('xiaomi'),
  'xiaomi-token-plan-ams': lab('xiaomi'),
  'xiaomi-token-plan-cn': lab('xiaomi'),
  'xiaomi-token-plan-sgp': lab('xiaomi'),
  zai: lab('zhipuai'),
  'zai-coding': lab('zhipuai'),
  'zai-coding-cn': lab('zhipuai'),
  zhipu: lab('zhipuai'),
};

/** What is known of a provider; undefined for one that is not in the table. */
export const knownProvider = (providerId: string): KnownProvider | undefined =>
  KNOWN_PROVIDERS[providerId] ?? (providerId.startsWith('huggingface_') ? { kind: 'AGGREGATOR' } : undefined);

/**
 * The known provider by whose habits a provider spells names: itself, or for an account under a name of the operator's the
 * one whose lists it shares.
 */
export const knownIdOf = (providerId: string, seedId: string): string =>
  knownProvider(providerId) === undefined ? seedId : providerId;

/** A lab, by the word before the slash of its models' slugs. */
type Lab = {
  readonly name: string;
  /** Other spellings of its organization at hosts and model hubs, in lower case. */
  readonly organizations?: readonly string[];
  /** How the names of its families begin, so that another's server that lists them is not taken for their lab. */
  readonly families?: readonly string[];
};

/** The words are those of models.dev's base models. */
const LABS: { readonly [word: string]: Lab } = {
  ai21: { name: 'AI21 Labs', organizations: ['ai21labs'], families: ['jamba'] },
  'aion-labs': { name: 'Aion Labs', families: ['aion-'] },
  alibaba: {
    name: 'Alibaba',
    organizations: ['qwen', 'alibaba-cloud', 'tongyi', 'alibaba-nlp'],
    families: ['qwen', 'qwq', 'qvq'],
  },
  allenai: { name: 'Allen Institute for AI', organizations: ['ai2'], families: ['olmo', 'molmo'] },
  amazon: { name: 'Amazon', organizations: ['aws'], families: ['nova-', 'titan-'] },
  anthropic: { name: 'Anthropic', families: ['claude'] },
  assemblyai: { name: 'AssemblyAI' },
  'arcee-ai': { name: 'Arcee AI', organizations: ['arcee'], families: ['trinity-'] },
  baai: { name: 'BAAI', families: ['bge-'] },
  baidu: { name: 'Baidu', families: ['ernie'] },
  'black-forest-labs': { name: 'Black Forest Labs', organizations: ['bfl'], families: ['flux'] },
  bytedance: {
    name: 'ByteDance',
    organizations: ['bytedance-seed', 'bytedance-research', 'doubao'],
    families: ['doubao', 'seed-'],
  },
  cohere: {
    name: 'Cohere',
    organizations: ['coherelabs', 'cohereforai'],
    families: [
      'command',
      'c4ai',
      'embed-english',
      'embed-multilingual',
      'embed-v',
      'rerank-english',
      'rerank-multilingual',
      'rerank-v',
    ],
  },
  cursor: { name: 'Cursor' },
  deepgram: { name: 'Deepgram' },
  deepcogito: { name: 'Deep Cogito' },
  deepseek: { name: 'DeepSeek', organizations: ['deepseek-ai'], families: ['deepseek'] },
  elevenlabs: { name: 'ElevenLabs', families: ['eleven_'] },
  essentialai: { name: 'Essential AI', organizations: ['essential-ai'] },
  google: {
    name: 'Google',
    organizations: ['google-deepmind'],
    families: [
      'gemini',
      'gemma',
      'imagen',
      'veo-',
      'chirp',
      'text-embedding-00',
      'text-embedding-large-exp',
      'text-embedding-preview',
      'text-multilingual-',
      'textembedding-gecko',
      'multimodalembedding',
      'imagegeneration',
      'deep-research-pro',
      'medlm',
      'text-bison',
      'text-unicorn',
      'chat-bison',
      'code-bison',
      'code-gecko',
      'codechat-bison',
    ],
  },
  ibm: { name: 'IBM', organizations: ['ibm-granite'], families: ['granite'] },
  inception: { name: 'Inception', organizations: ['inceptionlabs'], families: ['mercury'] },
  inclusionai: { name: 'Ant Ling', organizations: ['ant-ling', 'antgroup'], families: ['ling-', 'ring-'] },
  jina: { name: 'Jina AI', organizations: ['jinaai'], families: ['jina-'] },
  liquid: { name: 'Liquid AI', organizations: ['liquidai'], families: ['lfm'] },
  meituan: { name: 'Meituan', organizations: ['meituan-longcat'], families: ['longcat'] },
  meta: {
    name: 'Meta',
    organizations: ['meta-llama', 'meta-models', 'facebook', 'metaai', 'llama'],
    families: ['llama', 'meta-llama', 'muse-'],
  },
  microsoft: { name: 'Microsoft', families: ['phi-', 'mai-', 'wizardlm'] },
  minimax: { name: 'MiniMax', organizations: ['minimaxai'], families: ['minimax', 'abab'] },
  mistral: {
    name: 'Mistral AI',
    organizations: ['mistralai', 'mistral-ai'],
    families: ['mistral', 'mixtral', 'ministral', 'codestral', 'devstral', 'magistral', 'pixtral', 'voxtral'],
  },
  moonshotai: { name: 'Moonshot AI', organizations: ['moonshot', 'kimi'], families: ['kimi', 'moonshot-'] },
  morph: { name: 'Morph' },
  nousresearch: { name: 'Nous Research', families: ['hermes'] },
  nvidia: { name: 'NVIDIA', families: ['nemotron', 'nvidia-nemotron'] },
  openai: {
    name: 'OpenAI',
    organizations: ['open-ai'],
    families: [
      'gpt-',
      'chatgpt',
      'o1',
      'o3',
      'o4',
      'codex-',
      'text-embedding-3',
      'text-embedding-ada',
      'whisper',
    ],
  },
  perplexity: { name: 'Perplexity', organizations: ['perplexity-ai'], families: ['sonar'] },
  poolside: { name: 'Poolside', families: ['laguna'] },
  'prime-intellect': { name: 'Prime Intellect', organizations: ['primeintellect'] },
  recraft: { name: 'Recraft', families: ['recraft'] },
  reflection: { name: 'Reflection AI' },
  sakana: { name: 'Sakana AI' },
  stability: { name: 'Stability AI', organizations: ['stabilityai'], families: ['stable-', 'sd3'] },
  stepfun: { name: 'StepFun', organizations: ['stepfun-ai'], families: ['step-'] },
  tencent: { name: 'Tencent', organizations: ['tencent-hunyuan'], families: ['hunyuan', 'hy3', 'hy4'] },
  thinkingmachines: { name: 'Thinking Machines', organizations: ['thinking-machines'] },
  twelvelabs: { name: 'TwelveLabs', families: ['marengo', 'pegasus-1'] },
  typesafe: { name: 'Typesafe' },
  upstage: { name: 'Upstage', families: ['solar-'] },
  voyageai: { name: 'Voyage AI', organizations: ['voyage'], families: ['voyage-'] },
  writer: { name: 'Writer', families: ['palmyra'] },
  xai: { name: 'xAI', organizations: ['x-ai', 'spacexai', 'xai-org'], families: ['grok'] },
  xiaomi: { name: 'Xiaomi', organizations: ['xiaomimimo'], families: ['mimo-'] },
  zhipuai: {
    name: 'Z.ai',
    organizations: ['z-ai', 'zai', 'zai-org', 'thudm', 'zhipu', 'bigmodel'],
    families: ['glm', 'chatglm', 'codegeex'],
  },
};

const LAB_OF_ORGANIZATION: ReadonlyMap<string, string> = new Map(
  Object.entries(LABS).flatMap(([word, { organizations = [] }]) => organizations.map((name) => [name, word])),
);

/** The lab's word for an organization's name; the name itself, in lower case, where no other is known. */
export const labOf = (organization: string): string => {
  const lower = organization.toLowerCase().replace(/^~/, '');
  return LAB_OF_ORGANIZATION.get(lower) ?? lower;
};

/** Whether the word or organization is one that the table of labs has. */
export const isKnownLab = (word: string): boolean => LABS[labOf(word)] !== undefined;

/** The lab's name for people; undefined for one that is not in the table. */
export const labName = (word: string): string | undefined => LABS[word]?.name;

const FAMILIES: readonly (readonly [string, string])[] = Object.entries(LABS)
  .flatMap(([word, { families = [] }]) => families.map((family) => [family, word] as const))
  .toSorted(([one], [other]) => other.length - one.length);

/** The lab whose family of models a name begins with; undefined where none is known. */
export const labOfFamily: (name: string) => string | undefined = keepResults((name) => {
  const lower = name.toLowerCase();
  return FAMILIES.find(([family]) => lower.startsWith(family))?.[1];
});
