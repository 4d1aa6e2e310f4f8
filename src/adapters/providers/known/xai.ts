import { asModelSlug, asProviderId } from '../../../domain/ids.ts';
import { createOpenAiCodec } from '../../../wire/openai/codec.ts';
import type { OpenAiQuirks } from '../../../wire/openai/quirks.ts';
import { openAiImages } from '../../../wire/operations/openai/images.ts';
import type { KnownProvider } from '../known-provider.ts';

type Efforts = NonNullable<OpenAiQuirks['reasoningEfforts']>;

/** Which efforts models take, by how their names begin; the first that fits counts. None where it is not said. */
const EFFORTS: readonly (readonly [RegExp, Efforts])[] = [
  [/non-reasoning|^grok-(2|code|build)/, {}],
  [/^grok-3-mini/, { low: 'low', high: 'high' }],
  [/^grok-4\.3/, { none: 'none', low: 'low', medium: 'medium', high: 'high', max: 'xhigh' }],
  [/^grok-4\.5/, { low: 'low', medium: 'medium', high: 'high' }],
  [/^grok-(3|4)(-|$)|^grok-4\.[012]/, {}],
];
const LATEST: Efforts = { low: 'low', medium: 'medium', high: 'high', max: 'xhigh' };

/** Models that answer without reasoning first. The others refuse what these take. */
const answersAtOnce = (model: string): boolean =>
  /non-reasoning|^grok-2/.test(model) || (/^grok-3/.test(model) && !model.startsWith('grok-3-mini'));
const givesLogprobs = (model: string): boolean => /^grok-([23]|4(-|$))/.test(model);

const quirksOf = (model: string): OpenAiQuirks => ({
  supportsAudio: false,
  reasoningEfforts: EFFORTS.find(([models]) => models.test(model))?.[1] ?? LATEST,
  promptCaching: 'automatic',
  unsupported: [
    ...(answersAtOnce(model) ? [] : (['frequencyPenalty', 'presencePenalty', 'stop'] as const)),
    ...(givesLogprobs(model) ? [] : (['logprobs'] as const)),
  ],
});

export const xai: KnownProvider = {
  id: asProviderId('xai'),
  name: 'xAI',
  kind: 'LAB',
  baseUrl: 'https://api.x.ai/v1',
  keyVariables: ['XAI_API_KEY'],
  docsUrl: 'https://docs.x.ai',
  offerings: [{ providerModelId: 'grok-imagine-image', modelSlug: asModelSlug('xai/grok-imagine-image') }],
  api: {
    kind: 'DIALECT',
    dialect: 'openai',
    codec: (providerModelId) => createOpenAiCodec(quirksOf(providerModelId)),
    operations: {
      IMAGE_GENERATION: openAiImages({
        sizeField: 'none',
        aspectRatioField: 'aspect_ratio',
        edits: 'NONE',
        unsupported: ['quality', 'style', 'background', 'format'],
      }),
    },
  },
};
