import type { Source, TokenLogprob } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { ToolAlias } from '../../custom-tools.ts';

/** `incomplete`: the answer broke off in it. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

const oneLogprob = ({ token, logprob }: TokenLogprob['top'][number]): JsonObject => ({
  token,
  logprob,
  bytes: [...Buffer.from(token)],
});

export const logprobsJson = (logprobs: readonly TokenLogprob[]): readonly JsonObject[] =>
  logprobs.map((token) => ({ ...oneLogprob(token), top_logprobs: token.top.map(oneLogprob) }));

/** `at`: after so many characters of its text. Where in it the citation begins, no provider's words tell here. */
export const annotationJson = ({ url, title, documentIndex }: Source, at: number): JsonObject =>
  url === undefined
    ? {
        type: 'file_citation',
        file_id: `document_${documentIndex ?? 0}`,
        filename: title ?? `document_${documentIndex ?? 0}`,
        index: documentIndex ?? 0,
      }
    : { type: 'url_citation', start_index: at, end_index: at, url, title: title ?? url };

export const textPart = (
  text: string,
  annotations: readonly JsonObject[],
  logprobs: readonly JsonObject[],
): JsonObject => ({ type: 'output_text', text, annotations, logprobs });

export const refusalPart = (refusal: string): JsonObject => ({ type: 'refusal', refusal });

export const messageItem = (id: string, status: ItemStatus, content: readonly JsonObject[]): JsonObject => ({
  type: 'message',
  id,
  status,
  role: 'assistant',
  content,
});

export type WrittenCall = {
  readonly callId: string;
  /** As its provider knows it. */
  readonly name: string;
  readonly alias: ToolAlias | undefined;
};

/** `content`: its arguments, or its input where it takes free text. */
export const callItem = (
  id: string,
  status: ItemStatus,
  { callId, name, alias }: WrittenCall,
  content: string,
): JsonObject => ({
  type: alias?.isCustom === true ? 'custom_tool_call' : 'function_call',
  id,
  status,
  call_id: callId,
  name: alias?.name ?? name,
  ...(alias?.namespace === undefined ? {} : { namespace: alias.namespace }),
  ...(alias?.isCustom === true ? { input: content } : { arguments: content }),
});

/** Ids of items begin with what they are. */
export const callPrefix = (alias: ToolAlias | undefined): string => (alias?.isCustom === true ? 'ctc' : 'fc');

/**
 * Reasoning is given as a summary, whatever it is: the official SDK keeps both kinds, but the AI SDK's OpenAI client
 * shows summaries alone.
 */
export const reasoningItem = (
  id: string,
  text: string,
  encryptedContent: string | undefined,
): JsonObject => ({
  type: 'reasoning',
  id,
  summary: text === '' ? [] : [{ type: 'summary_text', text }],
  ...(encryptedContent === undefined ? {} : { encrypted_content: encryptedContent }),
});
