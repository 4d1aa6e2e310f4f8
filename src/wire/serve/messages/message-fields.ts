import type { Source } from '../../../domain/content-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';

/** The id of an answer as clients of the format know them; the completion's own follows the mark. */
export const messageIdOf = (id: OperationRecord['id']): string => `msg_${id.replace(/^cmp_/, '')}`;

/**
 * A source as a citation. Of a place in a document of the prompt the format wants to know more than is known: there is
 * none for it.
 */
export const citationOf = ({ url, title, citedText }: Source): JsonObject | undefined =>
  url === undefined
    ? undefined
    : {
        type: 'web_search_result_location',
        cited_text: citedText ?? '',
        // Only Anthropic's own search gives one.
        encrypted_index: '',
        title: title ?? null,
        url,
      };

/** Arguments as the format wants them, an object; what is none is wrapped in one. */
export const inputOf = (argumentsText: string): JsonObject => {
  const input = parseJson(argumentsText.trim() === '' ? '{}' : argumentsText);
  return isJsonObject(input) ? input : { arguments: argumentsText };
};
