import type { Attributes } from '@opentelemetry/api';
import type { CompletionStart } from '../../../ports/telemetry.ts';

/** Names are a stranger's text. */
const MOST_CHARACTERS = 256;

export const shortened = (text: string): string => text.slice(0, MOST_CHARACTERS);

/** Settings alone: stop sequences are the caller's words, and what was said is content. */
export const requestAttributes = ({ model, request, stream }: CompletionStart): Attributes => {
  const { maxOutputTokens, temperature, topP, topK, frequencyPenalty, presencePenalty, seed, output } =
    request;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': shortened(model),
    ...(stream && { 'gen_ai.request.stream': true }),
    ...(maxOutputTokens !== undefined && { 'gen_ai.request.max_tokens': maxOutputTokens }),
    ...(temperature !== undefined && { 'gen_ai.request.temperature': temperature }),
    ...(topP !== undefined && { 'gen_ai.request.top_p': topP }),
    ...(topK !== undefined && { 'gen_ai.request.top_k': topK }),
    ...(frequencyPenalty !== undefined && { 'gen_ai.request.frequency_penalty': frequencyPenalty }),
    ...(presencePenalty !== undefined && { 'gen_ai.request.presence_penalty': presencePenalty }),
    ...(seed !== undefined && { 'gen_ai.request.seed': seed }),
    ...(output !== undefined && { 'gen_ai.output.type': output.kind === 'text' ? 'text' : 'json' }),
  };
};
