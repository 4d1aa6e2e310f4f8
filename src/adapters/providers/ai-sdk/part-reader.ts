import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { ServiceTier } from '../../../domain/completion-request.ts';
import type { FinishReason } from '../../../domain/content-event.ts';
import { failureOf } from '../../../domain/failure.ts';
import { isJsonObject, type JsonObject } from '../../../domain/json.ts';
import type { ProviderEvent } from '../../../domain/provider-event.ts';
import { type End, endIn } from '../../../wire/finish-words.ts';
import { brokenEnd, TRUNCATED } from '../../../wire/upstream-failure.ts';
import { providerWarning } from '../../../wire/warnings.ts';
import type { AiSdkLanguage, RawReading } from './language.ts';
import { readWarning } from './sdk-warnings.ts';

type OpenCall = { readonly index: number; readonly id: string; readonly name: string; arguments: string[] };

const FINISH_REASONS: {
  readonly [Unified in LanguageModelV4FinishReason['unified']]: FinishReason | undefined;
} = {
  stop: 'STOP',
  length: 'LENGTH',
  'content-filter': 'CONTENT_FILTER',
  'tool-calls': 'TOOL_CALLS',
  error: undefined,
  other: undefined,
};

const LEFT_OUT = providerWarning('A piece of the answer is of a kind that cannot be shown and was left out.');
const NOTHING: readonly ProviderEvent[] = [];

/** Turns what a package makes of one answer into events. Never throws. */
export type PartReader = {
  /** A piece of a streamed answer. */
  part(part: LanguageModelV4StreamPart): readonly ProviderEvent[];
  /** A whole answer; `answer` is what the provider sent. */
  whole(result: LanguageModelV4GenerateResult, answer: JsonObject): readonly ProviderEvent[];
};

export const createPartReader = (language: AiSdkLanguage, providerModelId: string): PartReader => {
  /** Calls that have begun and not ended, by the package's id; and how many there were. */
  const open = new Map<string, OpenCall>();
  const ended = new Set<string>();
  let count = 0;
  let isAnswering = false;
  let isLeftOutSaid = false;
  let serviceTier: ServiceTier | undefined;

  const answering = (id: string | undefined, model: string | undefined): readonly ProviderEvent[] => {
    if (isAnswering) return NOTHING;
    isAnswering = true;
    return [
      {
        type: 'answering',
        ...(id !== undefined && { providerResponseId: id }),
        providerModel: model ?? providerModelId,
      },
    ];
  };
  const content = (...events: readonly ProviderEvent[]): readonly ProviderEvent[] =>
    isAnswering ? events : [...answering(undefined, undefined), ...events];
  const leftOut = (): readonly ProviderEvent[] => {
    if (isLeftOutSaid) return NOTHING;
    isLeftOutSaid = true;
    return [LEFT_OUT];
  };

  const begin = (id: string, name: string): readonly ProviderEvent[] => {
    const call: OpenCall = { index: count++, id, name, arguments: [] };
    open.set(id, call);
    return content({ type: 'toolCallStarted', index: call.index, id, name });
  };
  const end = (call: OpenCall): ProviderEvent => {
    open.delete(call.id);
    ended.add(call.id);
    const { index, id, name } = call;
    // As the model wrote them: packages write them anew, and fail at those that are no JSON.
    return { type: 'toolCallEnded', index, id, name, arguments: call.arguments.join('') || '{}' };
  };
  const endAll = (): readonly ProviderEvent[] => [...open.values()].map(end);
  /** A call without arguments may bring no piece at all: then its whole is the one piece. */
  const endWith = (id: string, input: string): readonly ProviderEvent[] => {
    const call = open.get(id);
    if (call === undefined) return NOTHING;
    if (call.arguments.length > 0 || input === '') return [end(call)];
    call.arguments.push(input);
    return [{ type: 'toolCallDelta', index: call.index, argumentsDelta: input }, end(call)];
  };

  const reasoning = (
    text: string,
    metadata: SharedV4ProviderMetadata | undefined,
  ): readonly ProviderEvent[] => {
    const proof = metadata === undefined ? undefined : language.proof(metadata);
    return text === '' && proof === undefined
      ? NOTHING
      : content({ type: 'reasoningDelta', text, ...(proof ?? {}) });
  };

  const wholeContent = (part: LanguageModelV4Content): readonly ProviderEvent[] => {
    switch (part.type) {
      case 'text':
        return part.text === '' ? NOTHING : content({ type: 'textDelta', text: part.text });
      case 'reasoning':
        return reasoning(part.text, part.providerMetadata);
      case 'tool-call':
        if (ended.has(part.toolCallId)) return NOTHING;
        return [
          ...(open.has(part.toolCallId) ? NOTHING : begin(part.toolCallId, part.toolName)),
          ...endWith(part.toolCallId, part.input),
        ];
      case 'source':
        return content(
          part.sourceType === 'url'
            ? { type: 'source', url: part.url, ...(part.title !== undefined && { title: part.title }) }
            : { type: 'source', title: part.title },
        );
      case 'file':
      case 'reasoning-file':
      case 'custom':
      case 'tool-result':
      case 'tool-approval-request':
        return leftOut();
    }
  };

  /** The package's own word only where neither the provider's reading nor the lists know the provider's. */
  const endOf = (raw: string, unified: LanguageModelV4FinishReason['unified']): End => {
    const own = language.finishReason(raw);
    if (own !== undefined) return { kind: 'FINISHED', reason: own };
    const known = FINISH_REASONS[unified];
    if (known !== undefined) return { kind: 'FINISHED', reason: known };
    const end = endIn(raw);
    return unified === 'error' && end.kind === 'FINISHED' && end.reason === 'UNKNOWN' ? endIn('error') : end;
  };

  const finish = (
    reason: LanguageModelV4FinishReason,
    usage: LanguageModelV4Usage,
  ): readonly ProviderEvent[] => {
    const used = language.usage(usage);
    const raw = reason.raw;
    const before: readonly ProviderEvent[] =
      used === undefined ? [] : [{ type: 'usageUpdated', usage: used }];
    // Without its terminal piece, a stream ends for the package as if it were whole, only without a reason.
    if (raw === undefined || raw === '') return [...before, TRUNCATED];
    const calls = endAll();
    const end = endOf(raw, reason.unified);
    if (end.kind === 'BROKEN') return [...calls, ...before, { type: 'failed', failure: brokenEnd(raw, end) }];
    return [
      ...answering(undefined, undefined),
      ...calls,
      ...before,
      {
        type: 'completed',
        finishReason: end.reason === 'STOP' && count > 0 ? 'TOOL_CALLS' : end.reason,
        rawFinishReason: raw,
        ...(serviceTier !== undefined && { serviceTier }),
      },
    ];
  };

  const note = (reading: RawReading): readonly ProviderEvent[] => {
    serviceTier = reading.serviceTier ?? serviceTier;
    const events = reading.events ?? NOTHING;
    return events.length === 0 ? NOTHING : content(...events);
  };

  return {
    part(part) {
      switch (part.type) {
        case 'stream-start':
          return part.warnings.map((warning) => ({ type: 'warning', warning: readWarning(warning) }));
        case 'response-metadata':
          return answering(part.id, part.modelId);
        case 'raw':
          return isJsonObject(part.rawValue) ? note(language.readChunk(part.rawValue)) : NOTHING;
        case 'text-delta':
          return part.delta === '' ? NOTHING : content({ type: 'textDelta', text: part.delta });
        case 'reasoning-start':
        case 'reasoning-end':
          return reasoning('', part.providerMetadata);
        case 'reasoning-delta':
          return reasoning(part.delta, part.providerMetadata);
        case 'tool-input-start':
          return begin(part.id, part.toolName);
        case 'tool-input-delta': {
          const call = open.get(part.id);
          if (call === undefined || part.delta === '') return NOTHING;
          call.arguments.push(part.delta);
          return [{ type: 'toolCallDelta', index: call.index, argumentsDelta: part.delta }];
        }
        case 'error':
          // A piece that fails the package's schema is one of many; the raw one has been read already.
          return isSchemaError(part.error)
            ? leftOut()
            : [
                {
                  type: 'failed',
                  failure: failureOf(
                    'SERVER_ERROR',
                    'The provider sent a piece of its stream that is unreadable.',
                  ),
                },
              ];
        case 'finish':
          return finish(part.finishReason, part.usage);
        case 'text-start':
        case 'text-end':
        case 'tool-input-end':
          return NOTHING;
        default:
          return wholeContent(part);
      }
    },
    whole(result, answer) {
      const reading = language.readAnswer(answer);
      return [
        ...result.warnings.map(
          (warning): ProviderEvent => ({ type: 'warning', warning: readWarning(warning) }),
        ),
        ...answering(reading.responseId ?? result.response?.id, result.response?.modelId),
        ...note(reading),
        ...result.content.flatMap(wholeContent),
        ...finish(result.finishReason, result.usage),
      ];
    },
  };
};

const isSchemaError = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AI_TypeValidationError';
