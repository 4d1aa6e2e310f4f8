import type {
  CompletionRequest,
  MediaSource,
  OutputFormat,
  RemoteSource,
  ToolChoice,
} from '../../../domain/completion-request.ts';
import type { TraceParent } from '../../../domain/trace.ts';
import type {
  CompletionCommand,
  CompletionTimeouts,
  RequestHeaders,
} from '../../../gateway/completion-command.ts';
import { present } from '../present.ts';
import type { CompletionInputShape, OutputShape } from './completion-input.ts';
import { InputProblem, type ReadInput, readInput } from './input-problem.ts';
import { readMessages, readTool } from './read-message.ts';
import { readDestination } from './read-routing.ts';
import { readTags } from './tags.ts';
import { readTimeouts } from './timeouts.ts';

const toolChoice = (input: CompletionInputShape['toolChoice']): ToolChoice | undefined => {
  if (input == null) return undefined;
  if (input.tool != null) return { kind: 'tool', name: input.tool };
  return input.mode == null ? undefined : { kind: input.mode };
};

export const readOutput = (input: OutputShape | null | undefined): OutputFormat | undefined => {
  if (input == null) return undefined;
  if (input.format != null) return { kind: input.format };
  const schema = input.jsonSchema;
  if (schema == null) return undefined;
  return {
    kind: 'jsonSchema',
    name: schema.name,
    schema: schema.schema,
    ...(schema.description != null && { description: schema.description }),
    ...(schema.strict != null && { strict: schema.strict }),
  };
};

const MAX_COALESCE_MS = 1_000;
const MAX_ALTERNATIVES = 20;

const readRequest = (input: CompletionInputShape): CompletionRequest<MediaSource | RemoteSource> => {
  const { temperature, topP, topK, frequencyPenalty, presencePenalty, seed, stop } = input;
  const { maxOutputTokens, parallelToolCalls, logprobs, serviceTier, inferenceRegion } = input;
  const choice = toolChoice(input.toolChoice);
  const format = readOutput(input.output);
  const { effort, maxTokens } = input.reasoning ?? {};
  if (logprobs != null && (logprobs.top < 0 || logprobs.top > MAX_ALTERNATIVES))
    throw new InputProblem('logprobs.top', `takes 0 to ${MAX_ALTERNATIVES}.`);
  return {
    messages: readMessages(input.messages),
    tools: (input.tools ?? []).map(readTool),
    ...present({ temperature, topP, topK, frequencyPenalty, presencePenalty, seed, stop }),
    ...present({ maxOutputTokens, parallelToolCalls, serviceTier, inferenceRegion }),
    ...readTags(input),
    ...(choice !== undefined && { toolChoice: choice }),
    ...(format !== undefined && { output: format }),
    ...(logprobs != null && { logprobs: { top: logprobs.top } }),
    ...(effort != null && { reasoningEffort: effort }),
    ...(maxTokens != null && { reasoningMaxTokens: maxTokens }),
  };
};

type ReadCommand = { readonly command: CompletionCommand; readonly coalesceMs: number };

/** Reads what GraphQL's types cannot say; the core checks the rest. */
export const completionCommand = (
  input: CompletionInputShape,
  defaults: CompletionTimeouts,
  delivery: CompletionCommand['delivery'],
): ReadInput<ReadCommand> =>
  readInput(() => {
    if (input.coalesceMs < 0 || input.coalesceMs > MAX_COALESCE_MS) {
      throw new InputProblem('coalesceMs', `takes 0 to ${MAX_COALESCE_MS}.`);
    }
    return {
      coalesceMs: input.coalesceMs,
      command: {
        ...readDestination(input),
        request: readRequest(input),
        streamUpstream: input.streamUpstream,
        unsupported: input.unsupported,
        timeouts: readTimeouts(input.timeouts),
        defaultTimeouts: defaults,
        delivery,
        // Its events say what is void.
        restarts: true,
        onDisconnect: input.onDisconnect,
      },
    };
  });

/** The command with what came along with it: its place in a trace, and headers. */
export const under = (
  {
    trace,
    headers,
  }: { readonly trace: TraceParent | undefined; readonly headers: RequestHeaders | undefined },
  command: CompletionCommand,
): CompletionCommand => ({
  ...command,
  ...(headers !== undefined && { headers }),
  ...(trace !== undefined && { trace }),
});
