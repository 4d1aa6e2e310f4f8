import type {
  MediaSource,
  Message,
  RemoteSource,
  Tool,
  UserPart,
} from '../../../domain/completion-request.ts';
import { isMedia, ResultMedia, resultText } from '../../../wire/tool-results.ts';
import { present } from '../present.ts';
import { InputProblem } from './input-problem.ts';
import type { MessageShape, ToolShape } from './message-input.ts';
import { readMediaSource } from './read-media.ts';

type AnySource = MediaSource | RemoteSource;
type PartShape = NonNullable<NonNullable<MessageShape['user']>['parts']>[number];

const readPart = (path: string, { text, cachedText, image, audio, file }: PartShape): UserPart<AnySource> => {
  if (image != null) {
    const { source, detail, cache } = image;
    return {
      type: 'image',
      source: readMediaSource(`${path}.image.source`, source),
      ...present({ detail, cache }),
    };
  }
  if (audio != null) {
    const { source, cache } = audio;
    return {
      type: 'audio',
      source: readMediaSource(`${path}.audio.source`, source),
      ...present({ cache }),
    };
  }
  if (file != null) {
    const { source, cache } = file;
    const name = file.name ?? (source.upload?.name === '' ? undefined : source.upload?.name);
    return {
      type: 'file',
      source: readMediaSource(`${path}.file.source`, source),
      ...present({ name, cache }),
    };
  }
  return { type: 'text', text: cachedText?.text ?? text ?? '', ...present({ cache: cachedText?.cache }) };
};

/** One message; `path` points at it. What a tool gave besides text goes into `media`. */
const readMessage = (
  path: string,
  { system, user, assistant, tool }: MessageShape,
  media: ResultMedia<AnySource>,
): Message<AnySource> => {
  if (system != null) return { role: 'system', text: system.text, ...present({ cache: system.cache }) };
  if (user != null) {
    const parts = user.parts?.map((part, index) => readPart(`${path}.user.parts[${index}]`, part));
    return { role: 'user', parts: parts ?? [{ type: 'text', text: user.text ?? '' }] };
  }
  if (assistant != null) {
    return {
      role: 'assistant',
      text: assistant.text,
      reasoning: (assistant.reasoning ?? []).map((block) => ({
        text: block.text,
        ...(block.signature != null && { signature: block.signature }),
        ...(block.redacted && { redacted: true }),
      })),
      toolCalls: (assistant.toolCalls ?? []).map((call) => ({
        id: call.id,
        name: call.name,
        arguments: call.arguments,
        ...(call.signature != null && { signature: call.signature }),
      })),
      ...present({ cache: assistant.cache }),
    };
  }
  if (tool != null) {
    const { toolCallId, text, isError, cache } = tool;
    const parts = (tool.parts ?? []).map((part, index) => readPart(`${path}.tool.parts[${index}]`, part));
    const results = parts.filter(isMedia);
    const texts = [text, ...parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))];
    media.add(toolCallId, results);
    const said = resultText(
      texts.filter((each) => each !== ''),
      results.length > 0,
    );
    return { role: 'tool', toolCallId, text: said, isError, ...present({ cache }) };
  }
  throw new InputProblem(path, 'needs one of system, user, assistant, tool.');
};

/** A conversation in the words of the core. Throws InputProblem, which points at what is wrong in `messages`. */
export const readMessages = (given: readonly MessageShape[]): readonly Message<AnySource>[] => {
  const media = new ResultMedia<AnySource>();
  const read: Message<AnySource>[] = [];
  const endResults = (): void => {
    const parts = media.take();
    if (parts.length > 0) read.push({ role: 'user', parts });
  };
  for (const [index, shape] of given.entries()) {
    if (shape.tool == null) endResults();
    read.push(readMessage(`messages[${index}]`, shape, media));
  }
  endResults();
  return read;
};

export const readTool = ({ name, parameters, description, strict, cache }: ToolShape): Tool => ({
  name,
  parameters,
  ...present({ description, strict, cache }),
});
