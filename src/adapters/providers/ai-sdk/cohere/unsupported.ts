import type {
  CompletionRequest,
  RequestParameter,
  Unsupported,
} from '../../../../domain/completion-request.ts';
import { hasMedia } from '../../../../wire/honoured-request.ts';
import { isTextual } from '../prompt.ts';

const NO_PLACE = "Cohere's API has no place for it";

/** Models that reason, and can be told how much. */
export const isReasoningModel = (model: string): boolean => /reasoning|thinking|command-a-plus/.test(model);
const seesImages = (model: string): boolean => /vision|command-a-plus/.test(model);

/** Cohere takes documents as text; others would reach the model as gibberish. */
const hasOtherFiles = (request: CompletionRequest): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some(
        (part) => part.type === 'file' && part.source.kind === 'data' && !isTextual(part.source.mediaType),
      ),
  );

/** What of the request Cohere, the package or the model cannot honour. */
export const unsupportedByCohere = (model: string, request: CompletionRequest): readonly Unsupported[] => {
  const found = new Map<RequestParameter, string>();
  const add = (name: RequestParameter, isAsked: boolean, problem: string): void => {
    if (isAsked && !found.has(name)) found.set(name, problem);
  };
  add(
    'logprobs',
    request.logprobs !== undefined,
    'the probabilities that Cohere gives are not of single tokens',
  );
  add('user', request.user !== undefined, NO_PLACE);
  add('metadata', Object.keys(request.metadata ?? {}).length > 0, NO_PLACE);
  add(
    'serviceTier',
    request.serviceTier !== undefined && request.serviceTier !== 'STANDARD',
    'Cohere has one tier only',
  );
  add(
    'parallelToolCalls',
    request.parallelToolCalls === false && request.tools.length > 0,
    'the model cannot be limited to one tool call at a time',
  );
  const isImage = hasMedia(request, 'image', 'data') || hasMedia(request, 'image', 'url');
  if (isImage && !seesImages(model)) {
    add('imageData', hasMedia(request, 'image', 'data'), 'this model sees no images');
    add('imageUrl', hasMedia(request, 'image', 'url'), 'this model sees no images');
  }
  add('audioData', hasMedia(request, 'audio', 'data'), NO_PLACE);
  add('audioUrl', hasMedia(request, 'audio', 'url'), NO_PLACE);
  add('fileUrl', hasMedia(request, 'file', 'url'), 'Cohere fetches no documents');
  add('fileData', hasOtherFiles(request), 'Cohere takes documents as text only');
  const isJson = request.output !== undefined && request.output.kind !== 'text';
  add('output', isJson && request.tools.length > 0, 'Cohere does not combine JSON with tools');
  add('output', isJson && hasMedia(request, 'file', 'data'), 'Cohere does not combine JSON with documents');
  const isEffortAsked = request.reasoningEffort !== undefined && request.reasoningEffort !== 'none';
  add('reasoningEffort', isEffortAsked && !isReasoningModel(model), 'this model does not reason');
  add(
    'reasoningMaxTokens',
    (request.reasoningMaxTokens ?? 0) > 0 && !isReasoningModel(model),
    'this model does not reason',
  );
  return [...found].map(([name, problem]) => ({ name, problem }));
};
