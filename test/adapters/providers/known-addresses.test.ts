import { expect, test } from 'vitest';
import { KNOWN_PROVIDERS } from '../../../src/adapters/providers/registry.ts';

/** As providers' references have them; beside the registry, as a key that goes to a wrong address is given away. */
const ADDRESSES: readonly (readonly [id: string, baseUrl: string, region: string | undefined])[] = [
  ['openai', 'https://api.openai.com/v1', undefined],
  ['anthropic', 'https://api.anthropic.com', undefined],
  ['google', 'https://generativelanguage.googleapis.com', undefined],
  ['mistral', 'https://api.mistral.ai/v1', undefined],
  ['deepseek', 'https://api.deepseek.com', undefined],
  ['xai', 'https://api.x.ai/v1', undefined],
  ['cohere', 'https://api.cohere.com/v2', undefined],
  ['moonshot', 'https://api.moonshot.ai/v1', undefined],
  ['moonshot-cn', 'https://api.moonshot.cn/v1', 'CN'],
  ['zhipu', 'https://open.bigmodel.cn/api/paas/v4', 'CN'],
  ['zai', 'https://api.z.ai/api/paas/v4', undefined],
  ['minimax', 'https://api.minimax.io/v1', undefined],
  ['minimax-cn', 'https://api.minimaxi.com/v1', 'CN'],
  ['perplexity', 'https://api.perplexity.ai/v1', undefined],
  ['azure', 'https://{AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1', undefined],
  ['bedrock', 'https://bedrock-runtime.{AWS_REGION}.amazonaws.com', undefined],
  [
    'vertex',
    'https://{GOOGLE_VERTEX_LOCATION}-aiplatform.googleapis.com/v1/projects/{GOOGLE_VERTEX_PROJECT}/locations/{GOOGLE_VERTEX_LOCATION}',
    undefined,
  ],
  ['dashscope', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'SG'],
  ['dashscope-cn', 'https://dashscope.aliyuncs.com/compatible-mode/v1', 'CN'],
  ['volcengine', 'https://ark.cn-beijing.volces.com/api/v3', 'CN'],
  ['qianfan', 'https://qianfan.baidubce.com/v2', 'CN'],
  ['hunyuan', 'https://api.hunyuan.cloud.tencent.com/v1', 'CN'],
  ['cloudflare', 'https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1', undefined],
  ['groq', 'https://api.groq.com/openai/v1', undefined],
  ['cerebras', 'https://api.cerebras.ai/v1', undefined],
  ['together', 'https://api.together.xyz/v1', undefined],
  ['fireworks', 'https://api.fireworks.ai/inference/v1', undefined],
  ['deepinfra', 'https://api.deepinfra.com/v1/openai', undefined],
  ['sambanova', 'https://api.sambanova.ai/v1', undefined],
  ['siliconflow', 'https://api.siliconflow.com/v1', undefined],
  ['siliconflow-cn', 'https://api.siliconflow.cn/v1', 'CN'],
  ['nvidia', 'https://integrate.api.nvidia.com/v1', undefined],
  ['openrouter', 'https://openrouter.ai/api/v1', undefined],
  ['huggingface', 'https://router.huggingface.co/v1', undefined],
  ['github', 'https://models.github.ai/inference', undefined],
  ['vercel', 'https://ai-gateway.vercel.sh/v1', undefined],
  ['helicone', 'https://ai-gateway.helicone.ai/v1', undefined],
  ['portkey', 'https://api.portkey.ai/v1', undefined],
  ['laozhang', 'https://api.laozhang.ai/v1', 'CN'],
  ['voyage', 'https://api.voyageai.com/v1', undefined],
  ['jina', 'https://api.jina.ai/v1', undefined],
  ['elevenlabs', 'https://api.elevenlabs.io', undefined],
  ['deepgram', 'https://api.deepgram.com', undefined],
  ['ollama', 'http://127.0.0.1:11434/v1', undefined],
  ['vllm', 'http://127.0.0.1:8000/v1', undefined],
  ['lmstudio', 'http://127.0.0.1:1234/v1', undefined],
  ['llamacpp', 'http://127.0.0.1:8080/v1', undefined],
];

test('keys go to the addresses that providers state, in the regions where these are', () => {
  const known = KNOWN_PROVIDERS.map(({ id, baseUrl, region }) => [id, baseUrl, region]);
  expect(known.toSorted()).toEqual(ADDRESSES.toSorted());
});
