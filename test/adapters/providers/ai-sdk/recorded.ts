import { bedrockEvent, bedrockStream } from '../../../fixtures/upstream/bedrock.ts';
import { recordedFiles, recordedText } from '../../../support/recordings.ts';
import { eventStream, jsonAnswer, type Script, sseFrame } from '../../../support/upstream.ts';

/** What an answer holds, read by looking for the fields and nothing else. */
export type Held = {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly finish: string | undefined;
};
export type Recorded = {
  readonly name: string;
  readonly stream: boolean;
  readonly script: Script;
  readonly held: Held;
};

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as they are, without a schema.
type Anything = any;

const bedrockWhole = (answer: Anything): Held => {
  const content: Anything[] = answer.output.message.content;
  return {
    text: content.map((block) => block.text ?? '').join(''),
    reasoning: content.map((block) => block.reasoningContent?.reasoningText?.text ?? '').join(''),
    calls: content
      .filter((block) => block.toolUse)
      .map(({ toolUse }) => ({ name: toolUse.name, arguments: toolUse.input })),
    input: answer.usage?.inputTokens,
    output: answer.usage?.outputTokens,
    finish: answer.stopReason,
  };
};

const bedrockPieces = (pieces: readonly Anything[]): Held => {
  const deltas = pieces.flatMap((piece) => piece.contentBlockDelta ?? []);
  const starts = pieces.flatMap((piece) =>
    piece.contentBlockStart?.start?.toolUse ? piece.contentBlockStart : [],
  );
  const usage = pieces.find((piece) => piece.metadata)?.metadata.usage;
  return {
    text: deltas.map(({ delta }) => delta.text ?? '').join(''),
    reasoning: deltas.map(({ delta }) => delta.reasoningContent?.text ?? '').join(''),
    calls: starts.map((start) => ({
      name: start.start.toolUse.name,
      arguments: JSON.parse(
        deltas
          .filter(({ contentBlockIndex }) => contentBlockIndex === start.contentBlockIndex)
          .map(({ delta }) => delta.toolUse?.input ?? '')
          .join('') || '{}',
      ),
    })),
    input: usage?.inputTokens,
    output: usage?.outputTokens,
    finish: pieces.find((piece) => piece.messageStop)?.messageStop.stopReason,
  };
};

const cohereWhole = (answer: Anything): Held => {
  const content: Anything[] = answer.message.content ?? [];
  return {
    text: content.map(({ text }) => text ?? '').join(''),
    reasoning: (answer.message.tool_plan ?? '') + content.map(({ thinking }) => thinking ?? '').join(''),
    calls: (answer.message.tool_calls ?? []).map((call: Anything) => ({
      name: call.function.name,
      // Cohere's way to say that there are none.
      arguments: JSON.parse(call.function.arguments) ?? {},
    })),
    input: answer.usage.billed_units.input_tokens,
    output: answer.usage.billed_units.output_tokens,
    finish: answer.finish_reason,
  };
};

const coherePieces = (pieces: readonly Anything[]): Held => {
  const of = (type: string) => pieces.filter((piece) => piece.type === type);
  const end = of('message-end')[0]?.delta;
  const join = (index: number) =>
    of('tool-call-delta')
      .filter((piece) => piece.index === index)
      .map((piece) => piece.delta.message.tool_calls.function.arguments)
      .join('');
  return {
    text: of('content-delta')
      .map((piece) => piece.delta.message.content.text ?? '')
      .join(''),
    reasoning:
      of('tool-plan-delta')
        .map((piece) => piece.delta.message.tool_plan)
        .join('') +
      of('content-delta')
        .map((piece) => piece.delta.message.content.thinking ?? '')
        .join(''),
    calls: of('tool-call-start').map((piece) => ({
      name: piece.delta.message.tool_calls.function.name,
      arguments: JSON.parse(join(piece.index) || '{}'),
    })),
    input: end?.usage.billed_units.input_tokens,
    output: end?.usage.billed_units.output_tokens,
    finish: end?.finish_reason,
  };
};

const linesOf = (text: string): readonly Anything[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

/** Answers of chat models, of the package's own tests. */
const fromVercel = (folder: string): readonly Recorded[] =>
  recordedFiles(`vercel-ai/${folder}`)
    .filter((name) => !/rerank|embedding/.test(name))
    .map((name) => {
      const text = recordedText(name);
      const isBedrock = folder === 'amazon-bedrock';
      if (name.endsWith('.json')) {
        const answer = JSON.parse(text);
        return {
          name,
          stream: false,
          script: jsonAnswer(answer),
          held: (isBedrock ? bedrockWhole : cohereWhole)(answer),
        };
      }
      const pieces = linesOf(text);
      return isBedrock
        ? {
            name,
            stream: true,
            script: bedrockStream(
              pieces.map((piece) => {
                const [[type, payload] = ['', {}]] = Object.entries<object>(piece);
                return bedrockEvent(type, payload);
              }),
            ),
            held: bedrockPieces(pieces),
          }
        : {
            name,
            stream: true,
            script: eventStream(pieces.map((piece) => sseFrame(piece, piece.type))),
            held: coherePieces(pieces),
          };
    });

/** The payloads in a body of AWS event stream frames. */
const payloadsIn = (body: Buffer): readonly Anything[] => {
  const pieces: Anything[] = [];
  for (let at = 0; at < body.length; ) {
    const total = body.readUInt32BE(at);
    const headers = body.readUInt32BE(at + 4);
    const type = /:event-type.{3}([A-Za-z]+)/.exec(body.toString('latin1', at + 12, at + 12 + headers))?.[1];
    pieces.push({ [type ?? '']: JSON.parse(body.toString('utf8', at + 12 + headers, at + total - 4)) });
    at += total;
  }
  return pieces;
};

const fromWire = (folder: string, prefix: string): readonly Recorded[] =>
  recordedFiles(`wire-samples/${folder}`)
    .filter((name) => name.includes(prefix))
    .flatMap((name): readonly Recorded[] => {
      const { response } = JSON.parse(recordedText(name));
      if (response.status !== 200) return [];
      const body = Buffer.from(response.body, response.encoding);
      const script: Script = { headers: response.headers, body };
      if (response.stream) return [{ name, stream: true, script, held: bedrockPieces(payloadsIn(body)) }];
      const answer = JSON.parse(body.toString('utf8'));
      return [
        { name, stream: false, script, held: (folder === 'bedrock' ? bedrockWhole : cohereWhole)(answer) },
      ];
    });

export const recordedBedrock = (): readonly Recorded[] => [
  ...fromVercel('amazon-bedrock'),
  ...fromWire('bedrock', 'bedrock-converse-'),
];
export const recordedCohere = (): readonly Recorded[] => [
  ...fromVercel('cohere'),
  ...fromWire('cohere', 'cohere-chat-'),
];
