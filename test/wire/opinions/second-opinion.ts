import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { Dialect, Recording } from '../recordings.ts';

/** What a reader makes of one recorded answer. */
export type Opinion = {
  readonly text: string;
  /** Calls of the caller's tools, with their arguments as JSON. */
  readonly toolCalls: readonly { readonly name: string; readonly arguments: unknown }[];
  /** `error` where the answer failed. */
  readonly finishReason: string;
  /** Undefined where nothing is told; totals of every kind. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
};

/** The provider of the AI SDK for a dialect, whose every request is answered by the recording. */
const modelFor = (dialect: Dialect, fetch: typeof globalThis.fetch): LanguageModelV4 => {
  const options = { apiKey: 'none', fetch };
  switch (dialect) {
    case 'openai':
      return createOpenAI(options).chat('gpt-4o');
    case 'openai-responses':
      return createOpenAI(options).responses('gpt-4o');
    case 'anthropic':
      return createAnthropic(options)('claude-sonnet-4-5');
    case 'gemini':
      return createGoogle(options)('gemini-2.5-flash');
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** What the AI SDK's own provider makes of the recording. */
export const secondOpinion = async (recording: Recording): Promise<Opinion> => {
  const answer = async (): Promise<Response> =>
    new Response(recording.body, {
      status: recording.status,
      headers: { 'content-type': recording.isStream ? 'text/event-stream' : 'application/json' },
    });
  const model = modelFor(recording.dialect, answer);
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }];
  let text = '';
  const toolCalls: Opinion['toolCalls'][number][] = [];
  let finish: Pick<Opinion, 'finishReason' | 'inputTokens' | 'outputTokens'> = {
    finishReason: 'error',
    inputTokens: undefined,
    outputTokens: undefined,
  };
  let hasFailed = false;
  try {
    if (recording.isStream) {
      const { stream } = await model.doStream({ prompt });
      for await (const part of stream) {
        if (part.type === 'text-delta') text += part.delta;
        if (part.type === 'tool-call' && part.providerExecuted !== true)
          toolCalls.push({ name: part.toolName, arguments: parsed(part.input) });
        if (part.type === 'error') hasFailed = true;
        if (part.type === 'finish')
          finish = {
            finishReason: part.finishReason.unified,
            inputTokens: part.usage.inputTokens.total,
            outputTokens: part.usage.outputTokens.total,
          };
      }
    } else {
      const { content, finishReason, usage } = await model.doGenerate({ prompt });
      for (const part of content) {
        if (part.type === 'text') text += part.text;
        if (part.type === 'tool-call' && part.providerExecuted !== true)
          toolCalls.push({ name: part.toolName, arguments: parsed(part.input) });
      }
      finish = {
        finishReason: finishReason.unified,
        inputTokens: usage.inputTokens.total,
        outputTokens: usage.outputTokens.total,
      };
    }
  } catch {
    hasFailed = true;
  }
  return { text, toolCalls, ...finish, ...(hasFailed && { finishReason: 'error' }) };
};
