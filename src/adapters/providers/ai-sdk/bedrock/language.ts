import type { AmazonBedrockProvider } from '@ai-sdk/amazon-bedrock';
import { isJsonObject } from '../../../../domain/json.ts';
import { objectAt } from '../../../../wire/json-reading.ts';
import { createFrameFilter } from '../body-filter.ts';
import type { AiSdkLanguage } from '../language.ts';
import { bedrockFailure } from './errors.ts';
import { bedrockOptions, readProof } from './options.ts';
import {
  admitBedrockAnswer,
  bedrockFinishReason,
  readBedrockAnswer,
  readBedrockChunk,
  readBedrockUsage,
  readReportedUsage,
} from './reading.ts';
import { unsupportedByBedrock } from './unsupported.ts';

/** The package's provider, all of whose requests go through `fetch`. */
export type ConnectBedrock = (fetch: typeof globalThis.fetch) => AmazonBedrockProvider;

/** Bedrock's Converse API, which is one for all the models that it hosts. */
export const createBedrockLanguage = (connect: ConnectBedrock): AiSdkLanguage => ({
  toolCallIds: 'word-64',
  model: (providerModelId, fetch) => connect(fetch).languageModel(providerModelId),
  unsupported: unsupportedByBedrock,
  options: bedrockOptions,
  rules: () => ({ failureOf: bedrockFailure, admit: (answer) => admitBedrockAnswer(answer).admitted }),
  filter: createFrameFilter,
  readChunk: readBedrockChunk,
  readAnswer: readBedrockAnswer,
  usage: readReportedUsage,
  usageOfAnswer: (answer) => readBedrockUsage(objectAt(answer, 'usage')),
  finishReason: bedrockFinishReason,
  proof(metadata) {
    const own = metadata.amazonBedrock;
    return isJsonObject(own) ? readProof(own) : undefined;
  },
});
