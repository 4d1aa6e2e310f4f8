import type { ReasoningBlock } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { textAt } from '../json-reading.ts';

// OpenRouter's `reasoning_details`: blocks of reasoning that are to be passed back as they came.

const SEALED = 'reasoning_detail';

/** What a detail holds besides its kind and its text; without it, OpenRouter does not know whose the block is. */
const labelsOf = ({ id, format, index }: JsonObject): JsonObject => ({
  ...(typeof id === 'string' ? { id } : {}),
  ...(typeof format === 'string' ? { format } : {}),
  ...(typeof index === 'number' ? { index } : {}),
});

/** The proof and the labels in one opaque text; the proof alone where there are no labels. */
const seal = (proof: string | undefined, detail: JsonObject): string | undefined => {
  const labels = labelsOf(detail);
  if (proof === undefined || Object.keys(labels).length === 0) return proof;
  return Buffer.from(JSON.stringify({ type: SEALED, proof, labels })).toString('base64url');
};

const open = (signature: string): { readonly proof: string; readonly labels: JsonObject } => {
  const content = parseJson(Buffer.from(signature, 'base64url').toString('utf8'));
  if (!isJsonObject(content) || content.type !== SEALED) return { proof: signature, labels: {} };
  return {
    proof: textAt(content, 'proof') ?? '',
    labels: isJsonObject(content.labels) ? labelsOf(content.labels) : {},
  };
};

const delta = (text: string | undefined, signature: string | undefined): readonly ProviderEvent[] =>
  text === undefined && signature === undefined
    ? []
    : [{ type: 'reasoningDelta', text: text ?? '', ...(signature === undefined ? {} : { signature }) }];

export const readReasoningDetail = (detail: JsonObject): readonly ProviderEvent[] => {
  switch (detail.type) {
    case 'reasoning.text':
      return delta(textAt(detail, 'text'), seal(textAt(detail, 'signature'), detail));
    case 'reasoning.summary':
      return delta(textAt(detail, 'summary'), undefined);
    case 'reasoning.encrypted': {
      const signature = seal(textAt(detail, 'data'), detail);
      return signature === undefined ? [] : [{ type: 'reasoningDelta', text: '', signature, redacted: true }];
    }
    default:
      return [];
  }
};

/**
 * Some servers send a block's text in plain pieces and close it with a detail that holds its proof and all of its text
 * again. Takes the events of one message or delta after another; those of a closing detail keep only what is new of it.
 */
export const createRepeatFilter = (): ((events: readonly ProviderEvent[]) => readonly ProviderEvent[]) => {
  let told = '';
  const unrepeated = (event: ProviderEvent): ProviderEvent => {
    if (event.type !== 'reasoningDelta') return event;
    if (event.signature === undefined) {
      told += event.text;
      return event;
    }
    const before = told;
    told = '';
    return before !== '' && event.text.startsWith(before)
      ? { ...event, text: event.text.slice(before.length) }
      : event;
  };
  // Reasoning stands first, so that the many events of plain text cost nothing.
  return (events) => (events[0]?.type === 'reasoningDelta' ? events.map(unrepeated) : events);
};

/** Blocks as details. Text without a proof before an encrypted block is that block's summary. */
export const encodeReasoningDetails = (blocks: readonly ReasoningBlock[]): readonly JsonObject[] =>
  blocks.map((block, position) => {
    if (block.signature !== undefined) {
      const { proof, labels } = open(block.signature);
      return block.redacted
        ? { type: 'reasoning.encrypted', data: proof, ...labels }
        : { type: 'reasoning.text', text: block.text, signature: proof, ...labels };
    }
    const next = blocks[position + 1];
    if (next?.redacted !== true || next.signature === undefined)
      return { type: 'reasoning.text', text: block.text };
    const { format } = open(next.signature).labels;
    return { type: 'reasoning.summary', summary: block.text, ...(format === undefined ? {} : { format }) };
  });
