import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';
import type { ModelTraits } from './model-traits.ts';

/**
 * Name of a tool of ours whose arguments are the answer. Decoders take a call of it for text, so the callers' own
 * tools must not be called so.
 */
export const ANSWER_TOOL = 'modelgraph_json_answer';

/** How the model is brought to answer in JSON. */
export type OutputMethod =
  | { readonly kind: 'NONE' }
  /** The API guarantees the schema. */
  | { readonly kind: 'NATIVE'; readonly schema: JsonObject }
  /** It has to call `ANSWER_TOOL`, or one of the caller's tools. */
  | { readonly kind: 'TOOL'; readonly schema: JsonObject; readonly description: string }
  /** It is asked to, in the system prompt. */
  | { readonly kind: 'INSTRUCTION'; readonly text: string };

export type PlannedOutput = { readonly method: OutputMethod; readonly warnings: readonly ProviderEvent[] };

const NOTHING: PlannedOutput = { method: { kind: 'NONE' }, warnings: [] };

/** JSON of any shape. */
const FREE_FORM: JsonObject = { type: 'object', additionalProperties: true };

const isForced = ({ tools, toolChoice }: CompletionRequest): boolean =>
  tools.length > 0 && (toolChoice?.kind === 'required' || toolChoice?.kind === 'tool');

/** The method for a request that holds nothing unsupported. `isThinking` rules out that a tool call is required. */
export const planOutput = (
  request: CompletionRequest,
  traits: ModelTraits,
  isThinking: boolean,
): PlannedOutput => {
  const { output } = request;
  if (output === undefined || output.kind === 'text') return NOTHING;
  if (output.kind === 'jsonSchema' && traits.supportsSchemas)
    return { method: { kind: 'NATIVE', schema: output.schema }, warnings: [] };
  if (isForced(request)) {
    const message = 'A tool call is required, so there is no text whose format could be set.';
    return { method: { kind: 'NONE' }, warnings: [adjusted('output', message)] };
  }
  const schema = output.kind === 'jsonSchema' ? output.schema : FREE_FORM;
  const what = output.kind === 'jsonSchema' ? 'JSON that matches the schema' : 'a JSON object';
  const isCallable = schema.type === 'object' && !traits.rejectsForcedTools && !isThinking;
  if (isCallable) {
    const description =
      (output.kind === 'jsonSchema' ? output.description : undefined) ?? `Gives the final answer as ${what}.`;
    const message = `${what} was asked for by way of a tool that the model has to call; its arguments are the text.`;
    return { method: { kind: 'TOOL', schema, description }, warnings: [adjusted('output', message)] };
  }
  const text =
    output.kind === 'jsonSchema'
      ? `Answer with nothing but JSON that matches this JSON Schema, without a code fence: ${JSON.stringify(schema)}`
      : 'Answer with nothing but one JSON object, without a code fence.';
  const message = `${what} was asked for by an instruction in the system prompt; the provider does not guarantee it.`;
  return { method: { kind: 'INSTRUCTION', text }, warnings: [adjusted('output', message)] };
};
