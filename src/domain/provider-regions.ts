import type { ProviderId } from './ids.ts';

/** Where a provider serves requests from, by its own documents. See `region.ts` for the codes. */
export type ProviderRegions = {
  /** Every place in which a request may be served as long as nothing else is configured; `global`: anywhere. */
  readonly codes: readonly string[];
  /** Page that says so; absent for what runs on this machine. */
  readonly sourceUrl?: string;
  /** Regions by the host that keeps requests there. */
  readonly hosts?: { readonly [host: string]: string };
  /** The variable that names the region, e.g. `AWS_REGION`. */
  readonly variable?: string;
  /** Regions that a request can name, one by one, in the provider's words. */
  readonly perRequest?: readonly string[];
};

const GLOBAL = ['global'];
const CHINA = ['CN'];
const HERE: ProviderRegions = { codes: ['local'] };

const ROWS: { readonly [providerId: string]: ProviderRegions } = {
  anthropic: {
    codes: GLOBAL,
    sourceUrl: 'https://platform.claude.com/docs/en/manage-claude/data-residency',
    perRequest: ['us', 'global'],
  },
  azure: {
    codes: GLOBAL,
    sourceUrl: 'https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types',
  },
  bedrock: {
    codes: ['us-east-1'],
    sourceUrl: 'https://docs.aws.amazon.com/bedrock/latest/userguide/models-regions.html',
    variable: 'AWS_REGION',
  },
  cerebras: { codes: GLOBAL, sourceUrl: 'https://inference-docs.cerebras.ai' },
  cloudflare: { codes: GLOBAL, sourceUrl: 'https://developers.cloudflare.com/workers-ai' },
  cohere: { codes: ['US'], sourceUrl: 'https://docs.cohere.com/docs/model-vault/regions' },
  dashscope: { codes: ['SG'], sourceUrl: 'https://www.alibabacloud.com/help/en/model-studio/regions' },
  'dashscope-cn': { codes: CHINA, sourceUrl: 'https://help.aliyun.com/zh/model-studio/regions' },
  deepgram: {
    codes: ['US'],
    sourceUrl: 'https://developers.deepgram.com/docs/custom-endpoints',
    hosts: { 'api.eu.deepgram.com': 'EU' },
  },
  deepinfra: { codes: ['US'], sourceUrl: 'https://deepinfra.com/docs' },
  deepseek: {
    codes: CHINA,
    sourceUrl: 'https://cdn.deepseek.com/policies/en-US/deepseek-privacy-policy.html',
  },
  elevenlabs: {
    codes: ['US'],
    sourceUrl: 'https://elevenlabs.io/docs/overview/administration/data-residency',
    hosts: { 'api.eu.residency.elevenlabs.io': 'EU', 'api.in.residency.elevenlabs.io': 'IN' },
  },
  fireworks: { codes: GLOBAL, sourceUrl: 'https://docs.fireworks.ai/deployments/regions' },
  github: { codes: GLOBAL, sourceUrl: 'https://docs.github.com/github-models' },
  google: { codes: GLOBAL, sourceUrl: 'https://ai.google.dev/gemini-api/terms' },
  groq: {
    codes: GLOBAL,
    sourceUrl: 'https://console.groq.com/docs/your-data',
  },
  helicone: { codes: GLOBAL, sourceUrl: 'https://docs.helicone.ai/gateway/overview' },
  huggingface: { codes: GLOBAL, sourceUrl: 'https://huggingface.co/docs/inference-providers/security' },
  hunyuan: { codes: CHINA, sourceUrl: 'https://cloud.tencent.com/document/product/1729' },
  jina: { codes: GLOBAL, sourceUrl: 'https://jina.ai/legal' },
  laozhang: { codes: CHINA, sourceUrl: 'https://docs.laozhang.ai' },
  llamacpp: HERE,
  lmstudio: HERE,
  minimax: { codes: GLOBAL, sourceUrl: 'https://platform.minimax.io/docs' },
  'minimax-cn': { codes: CHINA, sourceUrl: 'https://platform.minimaxi.com/docs' },
  mistral: {
    codes: GLOBAL,
    sourceUrl: 'https://docs.mistral.ai/inference/regional-inference',
    hosts: { 'api.eu.mistral.ai': 'EU', 'api.us.mistral.ai': 'US' },
  },
  moonshot: { codes: GLOBAL, sourceUrl: 'https://platform.moonshot.ai/docs' },
  'moonshot-cn': { codes: CHINA, sourceUrl: 'https://platform.moonshot.cn/docs' },
  nvidia: { codes: GLOBAL, sourceUrl: 'https://docs.api.nvidia.com' },
  ollama: HERE,
  openai: {
    codes: GLOBAL,
    sourceUrl: 'https://developers.openai.com/api/docs/guides/data-residency',
    hosts: {
      'us.api.openai.com': 'US',
      'eu.api.openai.com': 'EU',
      'au.api.openai.com': 'AU',
      'in.api.openai.com': 'IN',
      'jp.api.openai.com': 'JP',
      'ae.api.openai.com': 'AE',
    },
  },
  openrouter: {
    codes: GLOBAL,
    sourceUrl: 'https://openrouter.ai/docs/guides/privacy/provider-logging',
    hosts: { 'eu.openrouter.ai': 'EU' },
  },
  perplexity: { codes: ['US'], sourceUrl: 'https://docs.perplexity.ai/docs/resources/privacy-security' },
  portkey: { codes: GLOBAL, sourceUrl: 'https://portkey.ai/docs/product/enterprise-offering' },
  qianfan: { codes: CHINA, sourceUrl: 'https://cloud.baidu.com/doc/qianfan/index.html' },
  sambanova: { codes: GLOBAL, sourceUrl: 'https://docs.sambanova.ai' },
  sandbox: HERE,
  siliconflow: { codes: GLOBAL, sourceUrl: 'https://docs.siliconflow.com' },
  'siliconflow-cn': { codes: CHINA, sourceUrl: 'https://docs.siliconflow.cn' },
  together: {
    codes: GLOBAL,
    sourceUrl: 'https://docs.together.ai/docs/serverless/geo-specific-inference',
    hosts: { 'us-api.together.ai': 'US', 'ca-api.together.ai': 'CA' },
  },
  vercel: {
    codes: GLOBAL,
    sourceUrl: 'https://vercel.com/docs/ai-gateway/security-and-compliance/regional-inference',
  },
  vertex: {
    codes: GLOBAL,
    sourceUrl: 'https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations',
    variable: 'GOOGLE_VERTEX_LOCATION',
  },
  vllm: HERE,
  volcengine: { codes: CHINA, sourceUrl: 'https://www.volcengine.com/docs/82379' },
  voyage: { codes: ['US'], sourceUrl: 'https://www.mongodb.com/docs/voyageai' },
  xai: {
    codes: GLOBAL,
    sourceUrl: 'https://docs.x.ai/developers/advanced-api-usage/regions',
    hosts: { 'us.api.x.ai': 'US' },
  },
  zai: { codes: GLOBAL, sourceUrl: 'https://docs.z.ai' },
  zhipu: { codes: CHINA, sourceUrl: 'https://docs.bigmodel.cn' },
};

/** Undefined for a provider that is not known here. */
export const regionsOfProvider = (id: ProviderId): ProviderRegions | undefined =>
  Object.hasOwn(ROWS, id) ? ROWS[id] : undefined;

/**
 * Where a provider serves requests as it is configured: where its operator says; else by the variable that names a region;
 * else by its host; else wherever its documents say.
 */
export const regionsAsConfigured = (
  id: ProviderId,
  configured: {
    readonly region?: string | undefined;
    readonly baseUrl?: string | undefined;
    readonly variables?: { readonly [name: string]: string } | undefined;
  },
): readonly string[] => {
  const known = regionsOfProvider(id);
  if (configured.region !== undefined) return [configured.region];
  const named = known?.variable === undefined ? undefined : configured.variables?.[known.variable];
  if (named !== undefined && named !== '') return [named];
  const host = configured.baseUrl === undefined ? undefined : URL.parse(configured.baseUrl)?.host;
  const byHost = host === undefined ? undefined : known?.hosts?.[host];
  return byHost === undefined ? (known?.codes ?? []) : [byHost];
};
