import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import type { OperationKind } from '../../../domain/operation.ts';
import type { ProviderAnswer } from '../../../domain/provider-answer.ts';
import type { Usage } from '../../../domain/usage.ts';
import { endIn } from '../../finish-words.ts';
import { failureInAnswer } from '../../gemini/errors.ts';
import { readGeminiUsage } from '../../gemini/usage.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';

import { brokenEnd, upstreamFailure } from '../../upstream-failure.ts';
import { failedWith, lacking, malformed, textOf } from '../answers.ts';
import { bytesOfBase64 } from '../media.ts';

/** One JSON answer; an error that came with a status of 2xx, and what `read` makes nothing of, become failures. */
export const decodeGoogleJson = <Kind extends OperationKind>(
  body: Uint8Array,
  read: (answer: JsonObject) => ProviderAnswer<Kind> | undefined,
): ProviderAnswer<Kind> => {
  const text = textOf(body);
  const answer = parseJson(text);
  if (!isJsonObject(answer)) return malformed(body);
  if (isJsonObject(answer.error)) return failedWith(failureInAnswer(answer, text));
  return read(answer) ?? lacking(body);
};

/** What generateContent gave, thoughts left out. */
export type GeneratedContent = {
  readonly text: string;
  readonly media: readonly { readonly mediaType: string; readonly bytes: Uint8Array }[];
  readonly rawFinishReason?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly providerResponseId?: string | undefined;
  readonly providerModel?: string | undefined;
};

const mediaIn = (part: JsonObject): GeneratedContent['media'] => {
  const data = objectAt(part, 'inlineData');
  const bytes = bytesOfBase64(textAt(data, 'data') ?? '');
  const mediaType = textAt(data, 'mimeType');
  return bytes === undefined || mediaType === undefined ? [] : [{ mediaType, bytes }];
};

const filtered = (word: string, message: string | undefined) =>
  failedWith(upstreamFailure({ code: 'CONTENT_FILTERED', providerCode: word, providerMessage: message }));

/**
 * An answer of generateContent. What the filter stopped, and what the model ended for want of room, is a failure;
 * so is an answer of which `read` makes nothing.
 */
export const decodeGenerated = <Kind extends OperationKind>(
  body: Uint8Array,
  read: (content: GeneratedContent) => ProviderAnswer<Kind> | undefined,
): ProviderAnswer<Kind> =>
  decodeGoogleJson<Kind>(body, (answer) => {
    const feedback = objectAt(answer, 'promptFeedback');
    const blockReason = textAt(feedback, 'blockReason');
    if (blockReason !== undefined) return filtered(blockReason, textAt(feedback, 'blockReasonMessage'));
    const [candidate] = objectsAt(answer, 'candidates');
    if (candidate === undefined) return undefined;
    const raw = textAt(candidate, 'finishReason');
    const finishMessage = textAt(candidate, 'finishMessage');
    const end = endIn(raw ?? 'STOP');
    if (end.kind === 'BROKEN') return failedWith(brokenEnd(raw ?? '', end, finishMessage));
    if (end.reason === 'CONTENT_FILTER') return filtered(raw ?? '', finishMessage);
    if (end.reason === 'LENGTH') return failedWith(upstreamFailure({ code: 'TRUNCATED', providerCode: raw }));
    const parts = objectsAt(objectAt(candidate, 'content'), 'parts').filter((part) => part.thought !== true);
    const decoded = read({
      text: parts.map((part) => textAt(part, 'text') ?? '').join(''),
      media: parts.flatMap(mediaIn),
      rawFinishReason: raw,
      usage: readGeminiUsage(objectAt(answer, 'usageMetadata')),
      providerResponseId: textAt(answer, 'responseId'),
      providerModel: textAt(answer, 'modelVersion'),
    });
    if (decoded !== undefined || raw === undefined || raw === 'STOP') return decoded;
    return failedWith(
      upstreamFailure({ code: 'SERVER_ERROR', providerCode: raw, providerMessage: finishMessage }),
    );
  });
