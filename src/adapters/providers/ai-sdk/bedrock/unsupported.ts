import type {
  CompletionRequest,
  MediaPart,
  RequestParameter,
  Unsupported,
} from '../../../../domain/completion-request.ts';
import { modelTraits } from '../../../../wire/anthropic/model-traits.ts';
import { thinkingOf } from '../../../../wire/anthropic/thinking.ts';
import { unsupportedByAnthropic } from '../../../../wire/anthropic/unsupported.ts';
import { hasCacheMarks, hasMedia } from '../../../../wire/honoured-request.ts';
import { familyOf, isReasoningNova, refusesForcedTools, takesSchemas } from './families.ts';

const NO_PLACE = "Bedrock's Converse API has no place for it";
const DOCUMENTS: ReadonlySet<string> = new Set([
  'application/pdf',
  'text/csv',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/html',
  'text/plain',
  'text/markdown',
]);
const IMAGES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

const hasOther = (request: CompletionRequest, type: MediaPart['type'], taken: ReadonlySet<string>): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some(
        (part) => part.type === type && part.source.kind === 'data' && !taken.has(part.source.mediaType),
      ),
  );

/** What Bedrock takes otherwise than Anthropic: tags have a place, schemas can be a tool, media are by bytes alone. */
const OTHERWISE_HERE: ReadonlySet<RequestParameter> = new Set([
  'metadata',
  'output',
  'serviceTier',
  'cache',
  'imageUrl',
  'imageData',
  'audioUrl',
  'audioData',
  'fileUrl',
  'fileData',
]);

/** What of the request Bedrock, the package or the model cannot honour. */
export const unsupportedByBedrock = (model: string, request: CompletionRequest): readonly Unsupported[] => {
  const family = familyOf(model);
  const found = new Map<RequestParameter, string>();
  const add = (name: RequestParameter, isAsked: boolean, problem: string): void => {
    if (isAsked && !found.has(name)) found.set(name, problem);
  };
  add('logprobs', request.logprobs !== undefined, NO_PLACE);
  add('seed', request.seed !== undefined, NO_PLACE);
  add('frequencyPenalty', request.frequencyPenalty !== undefined, NO_PLACE);
  add('presencePenalty', request.presencePenalty !== undefined, NO_PLACE);
  add('user', request.user !== undefined, NO_PLACE);
  const tier = request.serviceTier;
  add(
    'serviceTier',
    tier === 'BATCH' || tier === 'FAST',
    'Bedrock has the tiers STANDARD, FLEX and PRIORITY',
  );
  add('metadata', Object.keys(request.metadata ?? {}).length > 16, 'Bedrock takes at most 16 tags');

  add('imageUrl', hasMedia(request, 'image', 'url'), 'Bedrock fetches nothing from the web');
  add('fileUrl', hasMedia(request, 'file', 'url'), 'Bedrock fetches nothing from the web');
  add('audioUrl', hasMedia(request, 'audio', 'url'), NO_PLACE);
  add('audioData', hasMedia(request, 'audio', 'data'), NO_PLACE);
  add('imageData', hasOther(request, 'image', IMAGES), 'Bedrock takes images as PNG, JPEG, GIF or WebP');
  add(
    'fileData',
    hasOther(request, 'file', DOCUMENTS),
    'Bedrock takes PDF, text, CSV, HTML, Word and Excel files',
  );
  const takesMarks = family === 'anthropic' || family === 'nova';
  add('cache', hasCacheMarks(request) && !takesMarks, 'this model has no prompt cache that marks steer');

  const isOutputByTool = request.output?.kind === 'jsonSchema' && !takesSchemas(model);
  add(
    'output',
    request.output?.kind === 'jsonObject',
    'Bedrock takes a JSON schema, not the mere wish for JSON',
  );
  add(
    'output',
    isOutputByTool && refusesForcedTools(model),
    'this model takes no JSON schema here, and refuses to be made to call a tool in its place',
  );
  add(
    'output',
    isOutputByTool && request.tools.some((tool) => tool.name === 'json'),
    'a tool of the name "json" stands for the schema, and there is one already',
  );
  const choice = request.toolChoice?.kind;
  add(
    'toolChoice',
    refusesForcedTools(model) && request.tools.length > 0 && (choice === 'required' || choice === 'tool'),
    'this model refuses to be made to call a tool',
  );
  add(
    'parallelToolCalls',
    request.parallelToolCalls === false &&
      request.tools.length > 0 &&
      (family !== 'anthropic' || isOutputByTool),
    'this model cannot be limited to one tool call at a time',
  );

  const effort = request.reasoningEffort;
  const isEffortAsked = effort !== undefined && effort !== 'none';
  const budget = request.reasoningMaxTokens;
  if (family === 'anthropic') {
    const traits = modelTraits(model);
    for (const { name, problem } of unsupportedByAnthropic(traits, 'anthropic', request)) {
      if (!OTHERWISE_HERE.has(name)) add(name, true, problem);
    }
    const isThinking = thinkingOf(request, traits).kind !== 'OFF' && !found.has('reasoningEffort');
    add(
      'output',
      isOutputByTool && isThinking,
      'a model without native schemas cannot combine reasoning and a schema',
    );
  } else {
    add('reasoningMaxTokens', (budget ?? 0) > 0, 'this model takes no number of tokens for reasoning');
    const reasons = family === 'openai' || family === 'gpt-oss' || isReasoningNova(model);
    add('reasoningEffort', isEffortAsked && !reasons, 'how much this model reasons cannot be set here');
    add(
      'reasoningEffort',
      effort === 'none' && (family === 'openai' || family === 'gpt-oss'),
      'reasoning of this model cannot be turned off here',
    );
    add(
      'topK',
      request.topK !== undefined && family !== 'nova' && family !== 'cohere',
      'this model has no place for it',
    );
    if (family === 'openai' || family === 'gpt-oss')
      add('stop', (request.stop ?? []).length > 0, 'this model refuses it');
    if (family === 'openai') {
      add('temperature', request.temperature !== undefined, 'this model refuses it');
      add('topP', request.topP !== undefined, 'this model refuses it');
    }
    if (isReasoningNova(model) && (effort === 'high' || effort === 'max')) {
      const problem = 'Nova refuses it while it reasons with high effort';
      add('maxOutputTokens', request.maxOutputTokens !== undefined, problem);
      add('temperature', request.temperature !== undefined, problem);
      add('topP', request.topP !== undefined, problem);
      add('topK', request.topK !== undefined, problem);
    }
  }
  return [...found].map(([name, problem]) => ({ name, problem }));
};
