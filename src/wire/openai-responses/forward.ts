import type { RequestParameter } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { openSignature, sealedFor } from '../../domain/signature-seal.ts';
import type { EncodedWithWarnings, Forwarding } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { rewriteToolCallIds } from '../tool-call-ids.ts';
import type { OpenAiResponsesQuirks } from './quirks.ts';
import { openReasoningSeal } from './seals.ts';
import { unsupportedByResponses } from './unsupported.ts';

type Body = { [name: string]: JsonValue | undefined };
type Refused = ReadonlySet<RequestParameter>;

/** What a parameter is called in a body. */
const FIELDS: { readonly [Name in RequestParameter]?: readonly string[] } = {
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  stop: ['stop'],
  logprobs: ['top_logprobs'],
  toolChoice: ['tool_choice'],
  parallelToolCalls: ['parallel_tool_calls'],
  serviceTier: ['service_tier'],
  metadata: ['metadata'],
  reasoningEffort: ['reasoning'],
};

const CALL_TYPES = /_call$/;
const OUTPUT_TYPES = /_call_output$/;

const fitIds = (input: readonly JsonValue[]): ((item: JsonObject) => JsonObject) => {
  const calls: string[] = [];
  const results: string[] = [];
  for (const item of input) {
    if (!isJsonObject(item) || typeof item.call_id !== 'string' || typeof item.type !== 'string') continue;
    if (OUTPUT_TYPES.test(item.type)) results.push(item.call_id);
    else if (CALL_TYPES.test(item.type)) calls.push(item.call_id);
  }
  const ids = rewriteToolCallIds('max-64', calls, results);
  if (ids === undefined) return (item) => item;
  return (item) => {
    const { type, call_id: id } = item;
    if (typeof id !== 'string' || typeof type !== 'string') return item;
    if (OUTPUT_TYPES.test(type)) return { ...item, call_id: ids.ofResult(id) };
    return CALL_TYPES.test(type) ? { ...item, call_id: ids.ofCall(id) } : item;
  };
};

/** Reasoning that this provider sealed as it came from it; undefined for another's, and for such without a proof of ours. */
const openReasoning = (item: JsonObject, { providerId }: Forwarding): JsonObject | undefined => {
  const sealed = textAt(item, 'encrypted_content');
  if (sealedFor(sealed) === undefined || sealed === undefined) return item;
  const seal = openReasoningSeal(openSignature(sealed, providerId));
  if (seal?.encryptedContent === undefined) return undefined;
  return { ...item, id: seal.id, encrypted_content: seal.encryptedContent };
};

const MEDIA: {
  readonly [type: string]: { readonly url: RequestParameter; readonly data: RequestParameter };
} = {
  input_image: { url: 'imageUrl', data: 'imageData' },
  input_file: { url: 'fileUrl', data: 'fileData' },
  input_audio: { url: 'audioUrl', data: 'audioData' },
};

/** Undefined: the part is left out. */
const editPart = (part: JsonValue, { client }: Forwarding, refused: Refused): JsonValue | undefined => {
  if (!isJsonObject(part) || typeof part.type !== 'string') return part;
  const names = Object.hasOwn(MEDIA, part.type) ? MEDIA[part.type] : undefined;
  if (names === undefined) return part;
  const field = part.type === 'input_image' ? 'image_url' : 'file_url';
  const url = textAt(part, field);
  if (url === undefined || /^data:/i.test(url)) return refused.has(names.data) ? undefined : part;
  if (!refused.has(names.url)) return part;
  const fetched = client.fetched?.get(url);
  if (fetched === undefined || refused.has(names.data)) return undefined;
  const data = `data:${fetched.mediaType};base64,${fetched.base64}`;
  const { [field]: _url, ...rest } = part;
  return part.type === 'input_image' ? { ...rest, image_url: data } : { ...rest, file_data: data };
};

const editParts = (
  parts: JsonValue | undefined,
  forwarding: Forwarding,
  refused: Refused,
): JsonValue | undefined => {
  if (!Array.isArray(parts)) return parts;
  const isKept = (part: JsonValue): boolean => editPart(part, forwarding, refused) === part;
  if (parts.every(isKept)) return parts;
  return parts.flatMap((part: JsonValue): readonly JsonValue[] => {
    const kept = editPart(part, forwarding, refused);
    return kept === undefined ? [] : [kept];
  });
};

const editItem = (item: JsonObject, forwarding: Forwarding, refused: Refused): JsonObject | undefined => {
  if (item.type === 'reasoning') return openReasoning(item, forwarding);
  for (const name of ['content', 'output']) {
    const parts = editParts(item[name], forwarding, refused);
    if (parts !== undefined && parts !== item[name]) return { ...item, [name]: parts };
  }
  return item;
};

const editInput = (
  input: JsonValue | undefined,
  forwarding: Forwarding,
  refused: Refused,
): JsonValue | undefined => {
  if (!Array.isArray(input)) return input;
  const fitted = fitIds(input);
  return input.flatMap((item: JsonValue): readonly JsonValue[] => {
    if (!isJsonObject(item)) return [item];
    const kept = editItem(fitted(item), forwarding, refused);
    return kept === undefined ? [] : [kept];
  });
};

/**
 * A client's own request, with the end user's id where this server has it, and without what it is known to refuse.
 */
export const forwardResponses = (
  model: string,
  forwarding: Forwarding,
  quirks: OpenAiResponsesQuirks,
): EncodedWithWarnings => {
  const { client, request, stream } = forwarding;
  const { modelgraph: _ours, store, safety_identifier, user, ...rest } = client.body;
  const body: Body = { ...rest };
  if (quirks.userField === 'user') {
    const id = user ?? safety_identifier;
    if (id !== undefined) body.user = id;
  } else {
    if (safety_identifier !== undefined) body.safety_identifier = safety_identifier;
    if (user !== undefined) body.user = user;
  }
  if ((quirks.supportsStore ?? true) && store !== undefined) body.store = store;
  const refused = new Set(unsupportedByResponses(quirks, request, true).map(({ name }) => name));
  for (const name of refused)
    for (const field of FIELDS[name] ?? []) if (body[field] !== undefined) body[field] = undefined;
  const reasoning = objectAt({ reasoning: body.reasoning ?? null }, 'reasoning');
  if (reasoning?.max_tokens !== undefined && refused.has('reasoningMaxTokens')) {
    const { max_tokens: _budget, ...others } = reasoning;
    body.reasoning = others;
  }
  if (body.input !== undefined) body.input = editInput(body.input, forwarding, refused);
  body.model = model;
  body.stream = stream;
  return {
    call: {
      path: '/responses',
      headers: forwardedHeaders(client, ['openai-beta']),
      body: JSON.stringify(body),
    },
    warnings: [],
  };
};
