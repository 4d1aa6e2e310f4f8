import { modelTraits } from '../../../../wire/anthropic/model-traits.ts';

/** Who made a model on Bedrock decides which parameters it takes, and where they are written. */
export type BedrockFamily = 'anthropic' | 'nova' | 'openai' | 'gpt-oss' | 'cohere' | 'other';

/** Read from ids such as `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, and from ARNs that hold one. */
export const familyOf = (model: string): BedrockFamily => {
  if (model.includes('anthropic')) return 'anthropic';
  if (model.includes('amazon.nova')) return 'nova';
  if (model.includes('openai.gpt-oss')) return 'gpt-oss';
  if (model.includes('openai.')) return 'openai';
  return model.includes('cohere.') ? 'cohere' : 'other';
};

/** Nova models that reason on request. */
export const isReasoningNova = (model: string): boolean => /amazon\.nova-(2|premier-2)/.test(model);

/** Bedrock's own copy of Anthropic's API refuses schemas for the answer for some models that take them elsewhere. */
const WITHOUT_SCHEMAS = /claude-(opus-4-[78]|opus-5|fable-5|sonnet-5|sonnet-4-6|haiku-4-5)/;
/** True where an answer's schema is guaranteed by the model itself and needs no tool. */
export const takesSchemas = (model: string): boolean =>
  familyOf(model) === 'anthropic' && modelTraits(model).supportsSchemas && !WITHOUT_SCHEMAS.test(model);

/** Models that refuse to be made to call a tool. */
export const refusesForcedTools = (model: string): boolean =>
  /claude-(sonnet-5-5|opus-5-5|fable-5-1)/.test(model);
