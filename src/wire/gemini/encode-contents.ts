import type {
  MediaPart,
  Message,
  ReasoningBlock,
  ToolCall,
  UserPart,
} from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import { isMadeUpCallId } from '../../domain/made-up-call-id.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectsAt } from '../json-reading.ts';
import { STAND_IN_SIGNATURE, STAND_IN_WARNING } from '../stand-in-signature.ts';
import { withMediaInResults } from '../tool-results.ts';
import { adjusted } from '../warnings.ts';
import { encodeMedia } from './media.ts';
import type { ModelTraits } from './model-traits.ts';
import type { GeminiPlatform } from './platform.ts';

type Content = { readonly role: 'user' | 'model'; readonly parts: JsonObject[] };

export type EncodedContents = {
  readonly systemInstruction: JsonObject | undefined;
  readonly contents: readonly Content[];
  readonly warnings: readonly ProviderEvent[];
};

/** Ids that we made up where the model gave none mean nothing to it. Vertex has no ids: it goes by the order. */
const idOf = (id: string, platform: GeminiPlatform): JsonObject =>
  platform === 'vertex' || isMadeUpCallId(id) ? {} : { id };

const encodePart = (part: UserPart, platform: GeminiPlatform): readonly JsonObject[] =>
  part.type === 'text' ? (part.text === '' ? [] : [{ text: part.text }]) : encodeMedia(part, platform);

/** Signatures go back on the part that they came with: text, or an empty one in its place. */
const encodeText = (text: string, reasoning: readonly ReasoningBlock[]): readonly JsonObject[] => {
  const signatures = reasoning.flatMap((block) => (block.signature === undefined ? [] : [block.signature]));
  const own = signatures.pop();
  const parts: JsonObject[] = signatures.map((thoughtSignature) => ({ text: '', thoughtSignature }));
  if (text !== '' || own !== undefined)
    parts.push(own === undefined ? { text } : { text, thoughtSignature: own });
  return parts;
};

const encodeToolCall = (call: ToolCall, platform: GeminiPlatform, warnings: ProviderEvent[]): JsonObject => {
  const args = parseJson(call.arguments.trim() === '' ? '{}' : call.arguments);
  if (!isJsonObject(args)) {
    const message = `The arguments of tool call "${call.id}" are no JSON object; they were wrapped in one.`;
    warnings.push(adjusted('messages', message));
  }
  return {
    functionCall: {
      ...idOf(call.id, platform),
      name: call.name,
      args: isJsonObject(args) ? args : { arguments: call.arguments },
    },
    ...(call.signature === undefined ? {} : { thoughtSignature: call.signature }),
  };
};

/** The parts of a model's turn, the first call of which is signed in any case. */
const withSignedCall = (
  parts: readonly JsonObject[],
): { readonly parts: readonly JsonObject[]; readonly isStoodIn: boolean } => {
  const first = parts.findIndex((part) => part.functionCall !== undefined);
  const call = parts[first];
  if (call === undefined || call.thoughtSignature !== undefined) return { parts, isStoodIn: false };
  return {
    parts: parts.with(first, { ...call, thoughtSignature: STAND_IN_SIGNATURE }),
    isStoodIn: true,
  };
};

/** Contents in the API's words. A tool's answer needs the function's name: the nearest earlier call of its id has it. */
export const encodeContents = (
  messages: readonly Message[],
  { signsCalls, takesMediaInResults }: Pick<ModelTraits, 'signsCalls' | 'takesMediaInResults'>,
  platform: GeminiPlatform,
): EncodedContents => {
  const system: string[] = [];
  const contents: Content[] = [];
  const warnings: ProviderEvent[] = [];
  const names = new Map<string, string>();
  let isAfterTool = false;
  let isStoodIn = false;

  const isTaken = ({ source }: MediaPart): boolean => takesMediaInResults && source.kind === 'data';
  for (const message of withMediaInResults(messages, isTaken)) {
    const last = contents.at(-1);
    switch (message.role) {
      case 'system':
        if (contents.length > 0) {
          warnings.push(
            adjusted(
              'messages',
              'A system message in the middle was moved to the front of the conversation.',
            ),
          );
        }
        system.push(message.text);
        continue;
      case 'user': {
        const parts = message.parts.flatMap((part) => encodePart(part, platform));
        if (parts.length > 0) contents.push({ role: 'user', parts });
        break;
      }
      case 'assistant': {
        for (const call of message.toolCalls) names.set(call.id, call.name);
        const parts = [
          ...encodeText(message.text, message.reasoning),
          ...message.toolCalls.map((call) => encodeToolCall(call, platform, warnings)),
        ];
        if (parts.length === 0) break;
        const signed = signsCalls ? withSignedCall(parts) : { parts, isStoodIn: false };
        isStoodIn ||= signed.isStoodIn;
        contents.push({ role: 'model', parts: [...signed.parts] });
        break;
      }
      case 'tool': {
        const part: JsonObject = {
          functionResponse: {
            ...idOf(message.toolCallId, platform),
            name: message.name ?? names.get(message.toolCallId) ?? message.toolCallId,
            response: message.isError ? { error: message.text } : { output: message.text },
            ...(message.media.length > 0 && {
              parts: message.media.flatMap((part) => encodeMedia(part, platform)),
            }),
          },
        };
        if (isAfterTool && last) last.parts.push(part);
        else contents.push({ role: 'user', parts: [part] });
        break;
      }
    }
    isAfterTool = message.role === 'tool';
  }
  if (isStoodIn) warnings.push(STAND_IN_WARNING);
  return {
    systemInstruction: system.length === 0 ? undefined : { parts: system.map((text) => ({ text })) },
    contents,
    warnings,
  };
};

/** For models without system messages: theirs goes in front of the first message of the user. */
export const withSystemInFront = (encoded: EncodedContents): EncodedContents => {
  const { systemInstruction, contents, warnings } = encoded;
  if (systemInstruction === undefined) return encoded;
  const parts = objectsAt(systemInstruction, 'parts');
  const [first, ...rest] = contents;
  const isUser = first?.role === 'user';
  return {
    systemInstruction: undefined,
    contents: [
      { role: 'user', parts: isUser ? [...parts, ...first.parts] : [...parts] },
      ...(isUser ? rest : contents),
    ],
    warnings: [
      ...warnings,
      adjusted(
        'messages',
        'This model has no system messages: they went in front of the first user message.',
      ),
    ],
  };
};
