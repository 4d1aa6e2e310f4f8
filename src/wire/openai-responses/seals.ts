import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import { countAt, textAt } from '../json-reading.ts';

/** What a reasoning item needs in order to be passed back, besides its text. */
export type ReasoningSeal = {
  readonly id: string;
  readonly encryptedContent?: string;
  /** CONTENT: the text is the reasoning itself. SUMMARY: it is a summary of it. */
  readonly text: 'CONTENT' | 'SUMMARY';
  /** Its place among the items of its answer, from 0. */
  readonly at: number;
};

const seal = (content: JsonObject): string => Buffer.from(JSON.stringify(content)).toString('base64url');

const open = (signature: string | undefined, type: string): JsonObject | undefined => {
  if (signature === undefined) return undefined;
  const content = parseJson(Buffer.from(signature, 'base64url').toString('utf8'));
  return isJsonObject(content) && content.type === type ? content : undefined;
};

/** A block's signature: the item's id, encrypted content and place in one opaque text. */
export const sealReasoning = ({ id, encryptedContent, text, at }: ReasoningSeal): string =>
  seal({
    type: 'reasoning',
    id,
    ...(encryptedContent === undefined ? {} : { encrypted_content: encryptedContent }),
    text,
    at,
  });

/** Undefined for a signature that is not of this dialect. */
export const openReasoningSeal = (signature: string | undefined): ReasoningSeal | undefined => {
  const content = open(signature, 'reasoning');
  const id = textAt(content, 'id');
  const at = countAt(content, 'at');
  if (id === undefined || at === undefined) return undefined;
  const encryptedContent = textAt(content, 'encrypted_content');
  return {
    id,
    ...(encryptedContent === undefined ? {} : { encryptedContent }),
    text: content?.text === 'CONTENT' ? 'CONTENT' : 'SUMMARY',
    at,
  };
};

/** A tool call's signature: its place among the items of its answer, where reasoning came before it. */
export const sealCall = (at: number): string => seal({ type: 'function_call', at });

/** Undefined for a signature that is not of this dialect. */
export const openCallSeal = (signature: string | undefined): number | undefined =>
  countAt(open(signature, 'function_call'), 'at');
