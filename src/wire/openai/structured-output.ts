import type { CompletionRequest, Message, OutputFormat } from '../../domain/completion-request.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';

/** What becomes of the wish for an output format. */
type OutputPlan = {
  readonly messages: readonly Message[];
  /** What is asked of the server itself. */
  readonly format?: OutputFormat;
  /** What of it is stated in the messages. */
  readonly statement?: string;
  readonly warnings: readonly ProviderEvent[];
};

const statementOf = (output: Exclude<OutputFormat, { kind: 'text' }>): string => {
  const only = 'Answer with a single JSON value and nothing else: no explanation, no Markdown fence.';
  if (output.kind === 'jsonObject') return `${only} It must be an object.`;
  const purpose = output.description === undefined ? '' : ` (${output.description})`;
  return `${only} It must match this JSON Schema, called "${output.name}"${purpose}:\n${JSON.stringify(output.schema)}`;
};

/** Adds to the first system message, as some servers take only one. */
const withStatement = (messages: readonly Message[], statement: string): readonly Message[] => {
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? [{ ...first, text: `${first.text}\n\n${statement}` }, ...rest]
    : [{ role: 'system', text: statement }, ...messages];
};

const statedWarning = (what: string): ProviderEvent =>
  adjusted('output', `The provider cannot enforce ${what}: it was stated in a system message instead.`);

/** States in the prompt what the server cannot enforce of the format, and asks it for the rest. */
export const planOutput = (
  { output, messages }: CompletionRequest,
  native: 'json_schema' | 'json_object' | 'prompt',
): OutputPlan => {
  if (output === undefined) return { messages, warnings: [] };
  const isNative =
    output.kind === 'text' ||
    native === 'json_schema' ||
    (native === 'json_object' && output.kind === 'jsonObject');
  // Servers without any formats may not know the word for the plain one either, and plain is what they give.
  if (isNative && native === 'prompt') return { messages, warnings: [] };
  if (isNative) return { messages, format: output, warnings: [] };
  const statement = statementOf(output);
  return {
    messages: withStatement(messages, statement),
    statement,
    ...(native === 'json_object' ? { format: { kind: 'jsonObject' } } : {}),
    warnings: [statedWarning(output.kind === 'jsonSchema' ? 'a schema' : 'JSON')],
  };
};
