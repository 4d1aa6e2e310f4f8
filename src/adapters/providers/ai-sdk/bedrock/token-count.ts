import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { failureOf } from '../../../../domain/failure.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../domain/json.ts';
import type { TokenCountRequest } from '../../../../domain/operation.ts';
import type { OperationAdapter } from '../../../../ports/provider.ts';
import { honouredRequest } from '../../../../wire/honoured-request.ts';
import { countAt } from '../../../../wire/json-reading.ts';
import { bearsOnCount, only, promptOf, uncountedRegion } from '../../../../wire/operations/token-count.ts';
import { unreadableFailure } from '../../../../wire/upstream-failure.ts';
import { aiSdkOperation, OperationFailure, type Performance } from '../perform.ts';
import { bedrockFailure } from './errors.ts';
import type { ConnectBedrock } from './language.ts';
import { bedrockOptions } from './options.ts';
import { type AwsCredentials, signedHeaders } from './sign.ts';
import { unsupportedByBedrock } from './unsupported.ts';

export type BedrockTokenCountOptions = {
  readonly connect: ConnectBedrock;
  readonly baseUrl: string;
  readonly credentials: AwsCredentials;
  readonly performance: Performance;
};

/** What of a Converse request CountTokens takes. */
const COUNTED = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'];
/** Bedrock counts for Claude, and by the name of the model itself: not by those of profiles across regions. */
const CLAUDE = /anthropic\.claude-[\w.:-]+$/;
const UNCOUNTED = /does(n.t| not) support counting tokens/i;

const uncounted = () => failureOf('UNSUPPORTED', 'Bedrock does not count the tokens of this model.');

class Caught extends Error {}

/** The Converse request that the package makes of a prompt; nothing is sent. */
const converseOf = async (
  connect: ConnectBedrock,
  model: string,
  options: LanguageModelV4CallOptions,
): Promise<JsonObject> => {
  let body: unknown;
  const catcher: typeof globalThis.fetch = async (_input, init) => {
    body = init?.body;
    throw new Caught();
  };
  try {
    await connect(catcher).languageModel(model).doGenerate(options);
  } catch (error) {
    if (body === undefined) throw error;
  }
  const json = typeof body === 'string' ? parseJson(body) : undefined;
  return isJsonObject(json) ? json : {};
};

/** What a prompt comes to at Bedrock, counted by the model's own tokenizer. The package has no such call. */
export const bedrockTokenCount = ({
  connect,
  baseUrl,
  credentials,
  performance,
}: BedrockTokenCountOptions): OperationAdapter<'TOKEN_COUNT'> => {
  const unsupported = (model: string, request: TokenCountRequest) => [
    ...unsupportedByBedrock(model, promptOf(request)).filter(({ name }) => bearsOnCount(name)),
    ...uncountedRegion(request),
  ];
  return aiSdkOperation<'TOKEN_COUNT'>(performance, {
    unsupported,
    answers: 'JSON',
    rules: () => ({
      failureOf: (status, headers, body) => {
        const failure = bedrockFailure(status, headers, body);
        return UNCOUNTED.test(failure.providerMessage ?? '') ? uncounted() : failure;
      },
    }),
    // What a model cannot take is left out below, where the model is known.
    withoutUnsupported: (request) => request,
    async run(fetch, providerModelId, request, answered) {
      const model = CLAUDE.exec(providerModelId)?.[0];
      if (model === undefined) throw new OperationFailure(uncounted());
      const prompt = promptOf(request);
      const honoured = honouredRequest(prompt, unsupportedByBedrock(model, prompt));
      const asked = bedrockOptions(model, honoured);
      const converse = only(await converseOf(connect, model, asked.options), COUNTED);
      const url = `${baseUrl}/model/${encodeURIComponent(model)}/count-tokens`;
      const body = JSON.stringify({ input: { converse } });
      await fetch(url, { method: 'POST', body, headers: await signedHeaders(url, body, credentials) });
      const inputTokens = countAt(answered.json(), 'inputTokens');
      if (inputTokens === undefined)
        throw new OperationFailure(unreadableFailure(JSON.stringify(answered.json())));
      const warnings = asked.warnings.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
      return { result: { inputTokens, method: 'PROVIDER' }, warnings };
    },
  });
};
