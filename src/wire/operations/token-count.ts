import type { CompletionRequest, RequestParameter, Unsupported } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import type { TokenCountRequest } from '../../domain/operation.ts';
import type { UpstreamCodec } from '../codec.ts';
import { MEDIA_PARAMETERS } from '../honoured-request.ts';
import { countAt } from '../json-reading.ts';
import type { OperationCodec } from '../operation-codec.ts';
import { done, failedWith, malformed, textOf } from './answers.ts';
import { jsonCall } from './calls.ts';

/** What the number of input tokens depends on, besides the messages. All other parameters do not bear on it. */
const COUNTED = [
  'tools',
  'toolChoice',
  'parallelToolCalls',
  'output',
] as const satisfies readonly RequestParameter[];

const MEDIA: ReadonlySet<string> = new Set(Object.values(MEDIA_PARAMETERS).flatMap(Object.values<string>));

/** True for what a count depends on, besides the messages' texts. */
export const bearsOnCount = (name: string): boolean =>
  MEDIA.has(name) || COUNTED.some((counted) => counted === name);

/** The prompt of a completion, without how it is to be answered. */
export const promptOf = ({ messages, tools, toolChoice, parallelToolCalls, output }: TokenCountRequest) => ({
  messages,
  tools,
  ...(toolChoice !== undefined && { toolChoice }),
  ...(parallelToolCalls !== undefined && { parallelToolCalls }),
  ...(output !== undefined && { output }),
});

/** Prompts are counted wherever the provider does so. */
export const uncountedRegion = ({
  inferenceRegion,
}: TokenCountRequest): readonly Unsupported<'inferenceRegion'>[] =>
  inferenceRegion === undefined
    ? []
    : [{ name: 'inferenceRegion', problem: "the provider's count takes no region" }];

export type TokenCounter = {
  /** How the dialect writes a completion. */
  readonly codec: UpstreamCodec;
  /** What is sent in place of the completion `body`. */
  call(
    model: string,
    body: JsonObject,
  ): {
    readonly path: string;
    readonly body: JsonObject;
    readonly headers?: { readonly [name: string]: string };
  };
  /** The member of the answer that holds the count. */
  readonly countAt: string;
  /** Parameters of the prompt that only the count has no place for. */
  readonly uncounted?: readonly (typeof COUNTED)[number][];
};

const without = (request: CompletionRequest, names: readonly string[]): CompletionRequest =>
  names.length === 0
    ? request
    : {
        messages: request.messages,
        tools: names.includes('tools') ? [] : request.tools,
        ...Object.fromEntries(
          Object.entries(request).filter(
            ([name]) => name !== 'messages' && name !== 'tools' && !names.includes(name),
          ),
        ),
      };

/** Counts what a completion would send, by the provider's own call for it. */
export const tokenCountBy = (counter: TokenCounter): OperationCodec<'TOKEN_COUNT'> => {
  const { codec, uncounted = [] } = counter;
  return {
    unsupported(model, request) {
      const prompt = promptOf(request);
      const known = codec.unsupported(model, prompt).filter(({ name }) => bearsOnCount(name));
      const asked = uncounted.filter((name) =>
        name === 'tools' ? prompt.tools.length > 0 : prompt[name] !== undefined,
      );
      const more = asked.filter((name) => known.every((one) => one.name !== name));
      return [
        ...known,
        ...uncountedRegion(request),
        ...more.map((name) => ({ name, problem: "the provider's count has no place for it" })),
      ];
    },
    encode(model, request) {
      const { call, warnings } = codec.encode(model, without(promptOf(request), uncounted), false);
      const completion = parseJson(call.body);
      const counted = counter.call(model, isJsonObject(completion) ? completion : {});
      return jsonCall(
        counted.path,
        counted.body,
        warnings.flatMap((event) => (event.type === 'warning' ? [event.warning] : [])),
        { ...call.headers, ...counted.headers },
      );
    },
    decode({ body }) {
      const text = textOf(body);
      const answer = parseJson(text);
      const inputTokens = isJsonObject(answer) ? countAt(answer, counter.countAt) : undefined;
      if (inputTokens !== undefined) return done<'TOKEN_COUNT'>({ inputTokens, method: 'PROVIDER' }, {});
      // What is no count is either an error in the dialect's own form, or unreadable there, too.
      const end = codec.decodeAnswer(text).at(-1);
      return end?.type === 'failed' ? failedWith(end.failure) : malformed(body);
    },
  };
};

/** The members of `body` that are among `names`. */
export const only = (body: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
