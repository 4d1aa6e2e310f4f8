import type { Face } from './faces.ts';
import { GRAPH_FACE } from './graph-face.ts';
import type { Upstream } from './meaning.ts';
import { CHAT, MISTRAL, RESPONSES } from './openai-upstreams.ts';
import { BEDROCK, COHERE } from './package-upstreams.ts';
import { CHAT_FACE, MESSAGES_FACE, RESPONSES_FACE } from './rest-faces.ts';
import { ANTHROPIC, GEMINI } from './vendor-upstreams.ts';

export const FACES: readonly Face[] = [CHAT_FACE, RESPONSES_FACE, MESSAGES_FACE, GRAPH_FACE];

export const UPSTREAMS: readonly Upstream[] = [CHAT, MISTRAL, RESPONSES, ANTHROPIC, GEMINI, COHERE, BEDROCK];

/** Every face, asked for a whole answer and for a stream. */
export const CELLS = FACES.flatMap((face) =>
  [false, true].map((isStreamed) => ({
    face,
    isStreamed,
    cell: `${face.name}, ${isStreamed ? 'streamed' : 'whole'}`,
  })),
);

let count = 0;
/** An offering that no other row has asked: what failed is left alone for a while. */
export const ownOffering = ({ offering }: Upstream): string => {
  count += 1;
  return `offering:${offering}-${count}`;
};
