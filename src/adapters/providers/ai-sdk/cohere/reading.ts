import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { FinishReason, Source } from '../../../../domain/content-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../domain/json.ts';
import type { ProviderEvent } from '../../../../domain/provider-event.ts';
import { type Usage, usageOf } from '../../../../domain/usage.ts';
import { countAt, objectAt, objectsAt, textAt } from '../../../../wire/json-reading.ts';
import { failed } from '../../../../wire/upstream-failure.ts';
import { providerWarning } from '../../../../wire/warnings.ts';
import type { RawReading } from '../language.ts';

/**
 * What is billed, where that is told: it leaves out the instructions that Cohere itself puts before every prompt, and
 * `cached_tokens` counts them too, so that it cannot be told how many billed ones were cached.
 */
export const readCohereUsage = (usage: JsonObject | undefined): Usage | undefined => {
  const billed = objectAt(usage, 'billed_units') ?? objectAt(usage, 'tokens');
  const input = countAt(billed, 'input_tokens');
  const output = countAt(billed, 'output_tokens');
  return input === undefined || output === undefined ? undefined : usageOf({ input, output });
};

export const readReportedUsage = ({ raw }: LanguageModelV4Usage): Usage | undefined =>
  isJsonObject(raw) && raw.isReported !== false ? readCohereUsage(raw) : undefined;

export const cohereFinishReason = (raw: string): FinishReason | undefined =>
  /TOXIC|BLOCK|FILTER/.test(raw) ? 'CONTENT_FILTER' : undefined;

/** Citations name documents by their place, e.g. `doc:0`, or a tool's result by the call's id. */
const sourceOf = (source: JsonObject): Source => {
  const document = objectAt(source, 'document') ?? objectAt(source, 'tool_output');
  const id = textAt(source, 'id');
  const place = /^doc:(\d{1,6})$/.exec(id ?? '')?.[1];
  const title = textAt(document, 'title') ?? (place === undefined ? id : undefined);
  const url = textAt(document, 'url');
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(place !== undefined && { documentIndex: Number(place) }),
  };
};

const sourcesOf = (citation: JsonObject): readonly ProviderEvent[] =>
  objectsAt(citation, 'sources').map((source) => ({ type: 'source', ...sourceOf(source) }));

/** What the model says that it will do with the tools, before it does: Cohere's word for it is a plan. */
const planned = (plan: string | undefined): readonly ProviderEvent[] =>
  plan === undefined ? [] : [{ type: 'reasoningDelta', text: plan }];

/** Finish reasons of an answer that broke; the package takes the second for an end like any other. */
const isBroken = (reason: string | undefined): reason is string => reason === 'ERROR' || reason === 'TIMEOUT';

const broken = (
  reason: string,
  usage: JsonObject | undefined,
  message: string | undefined,
): readonly ProviderEvent[] => {
  const used = readCohereUsage(usage);
  return [
    ...(used === undefined ? [] : [{ type: 'usageUpdated', usage: used } as const]),
    failed({
      code: reason === 'TIMEOUT' ? 'TIMEOUT' : 'SERVER_ERROR',
      providerCode: reason,
      providerMessage: message,
    }),
  ];
};

export const readCohereChunk = (chunk: JsonObject): RawReading => {
  const delta = objectAt(chunk, 'delta');
  const message = objectAt(delta, 'message');
  switch (chunk.type) {
    case 'tool-plan-delta':
      return { events: planned(textAt(message, 'tool_plan')) };
    case 'citation-start': {
      const citations = objectAt(message, 'citations');
      return citations === undefined ? {} : { events: sourcesOf(citations) };
    }
    case 'message-end': {
      const reason = textAt(delta, 'finish_reason');
      return isBroken(reason)
        ? { events: broken(reason, objectAt(delta, 'usage'), textAt(delta, 'error')) }
        : {};
    }
    default:
      return {};
  }
};

const PIECES: ReadonlySet<unknown> = new Set([
  'message-start',
  'content-start',
  'content-delta',
  'content-end',
  'tool-plan-delta',
  'tool-call-start',
  'tool-call-delta',
  'citation-start',
  'citation-end',
  'message-end',
]);

/** Usage as the package's schema takes it, which fails an answer without any. */
const admitUsage = (usage: JsonObject | undefined): JsonObject => {
  const tokens = objectAt(usage, 'tokens') ?? objectAt(usage, 'billed_units');
  return {
    billed_units: objectAt(usage, 'billed_units') ?? null,
    tokens: {
      input_tokens: countAt(tokens, 'input_tokens') ?? 0,
      output_tokens: countAt(tokens, 'output_tokens') ?? 0,
    },
    isReported: readCohereUsage(usage) !== undefined,
  };
};

/**
 * A piece of a stream as the package is to see it; undefined if it is not. Not the ends of tool calls: at them it parses
 * the arguments, and where these are no JSON it throws away the answer. Nor pieces that it does not know.
 */
export const admitCohereEvent = (data: string): string | undefined => {
  const chunk = parseJson(data);
  if (!isJsonObject(chunk)) return data;
  if (!PIECES.has(chunk.type)) return undefined;
  const delta = objectAt(chunk, 'delta');
  const usage = objectAt(delta, 'usage');
  if (chunk.type !== 'message-end' || isBroken(textAt(delta, 'finish_reason'))) return data;
  if (objectAt(usage, 'tokens') !== undefined && readCohereUsage(usage) !== undefined) return data;
  return JSON.stringify({ ...chunk, delta: { ...delta, usage: admitUsage(usage) } });
};

const isReadable = (block: JsonObject): boolean =>
  (block.type === 'text' && typeof block.text === 'string') ||
  (block.type === 'thinking' && typeof block.thinking === 'string');

/**
 * The answer as the package's schema takes it: without citations, which are read here and of which it fails those of
 * tools, and without blocks that it does not know; `left` counts the latter.
 */
export const admitCohereAnswer = (
  answer: JsonObject,
): { readonly admitted: JsonObject; readonly left: number } => {
  const message = objectAt(answer, 'message');
  const blocks = objectsAt(message, 'content');
  const kept = blocks.filter(isReadable);
  return {
    left: blocks.length - kept.length,
    admitted: {
      message: {
        role: 'assistant',
        content: kept,
        tool_calls: objectsAt(message, 'tool_calls').map((call) => {
          const called = objectAt(call, 'function');
          return {
            id: textAt(call, 'id') ?? '',
            type: 'function',
            function: { name: textAt(called, 'name') ?? '', arguments: textAt(called, 'arguments') ?? '{}' },
          };
        }),
      },
      finish_reason: textAt(answer, 'finish_reason') ?? '',
      usage: admitUsage(objectAt(answer, 'usage')),
    },
  };
};

export const readCohereAnswer = (answer: JsonObject): RawReading => {
  const message = objectAt(answer, 'message');
  const responseId = textAt(answer, 'id');
  const reason = textAt(answer, 'finish_reason');
  return {
    ...(responseId !== undefined && { responseId }),
    events: [
      ...planned(textAt(message, 'tool_plan')),
      ...objectsAt(message, 'citations').flatMap(sourcesOf),
      ...(admitCohereAnswer(answer).left > 0
        ? [providerWarning('A piece of the answer is of a kind that cannot be shown and was left out.')]
        : []),
      ...(isBroken(reason) ? broken(reason, objectAt(answer, 'usage'), textAt(answer, 'error')) : []),
    ],
  };
};
