import type {
  MediaPart,
  Message,
  ReasoningBlock,
  ToolCall,
  UserPart,
} from '../../../domain/completion-request.ts';
import { ResultMedia } from '../../tool-results.ts';
import type { ClientSource } from '../client-media.ts';

type Assistant = {
  readonly role: 'assistant';
  text: string;
  readonly reasoning: ReasoningBlock[];
  readonly toolCalls: ToolCall[];
};
type User = { readonly role: 'user'; readonly parts: UserPart<ClientSource>[] };
type Turn = Assistant | User | Exclude<Message<ClientSource>, { readonly role: 'assistant' | 'user' }>;

/** Puts items together to messages: what the model said in a row, in however many items, is one. */
export type Turns = {
  system(text: string): void;
  user(parts: readonly UserPart<ClientSource>[]): void;
  said(text: string): void;
  reasoned(block: ReasoningBlock): void;
  called(call: ToolCall): void;
  /** Proofs of calls that came before. */
  signed(signatures: ReadonlyMap<string, string>): void;
  hasCall(id: string): boolean;
  /** How many items the current answer of the model has so far. */
  itemsInTurn(): number;
  /** `media` follow the outputs, as no output may hold them. */
  answered(callId: string, text: string, media: readonly MediaPart<ClientSource>[]): void;
  messages(): readonly Message<ClientSource>[];
};

export const createTurns = (): Turns => {
  const turns: Turn[] = [];
  /** Where the latest call of each id stands. */
  const calls = new Map<string, { readonly of: Assistant; readonly at: number }>();
  const shown = new ResultMedia<ClientSource>();

  /** Between the outputs of calls that were made together nothing may stand. */
  const endOutputs = (): void => {
    const parts = shown.take();
    if (parts.length > 0) turns.push({ role: 'user', parts: [...parts] });
  };

  const answer = (): Assistant => {
    endOutputs();
    const last = turns.at(-1);
    if (last?.role === 'assistant') return last;
    const next: Assistant = { role: 'assistant', text: '', reasoning: [], toolCalls: [] };
    turns.push(next);
    return next;
  };

  return {
    system(text) {
      endOutputs();
      turns.push({ role: 'system', text });
    },
    user(parts) {
      endOutputs();
      turns.push({ role: 'user', parts: [...parts] });
    },
    said(text) {
      if (text === '') return;
      const current = answer();
      // Two messages in a row are two; what stands around calls is one turn with them, as their outputs follow it.
      if (current.text === '' || current.toolCalls.length > 0) current.text += text;
      else turns.push({ role: 'assistant', text, reasoning: [], toolCalls: [] });
    },
    reasoned(block) {
      const { reasoning } = answer();
      const last = reasoning.at(-1);
      // A proof that came after its text, as an item of its own.
      if (block.text === '' && block.redacted !== true && last !== undefined && last.signature === undefined)
        reasoning[reasoning.length - 1] = { ...last, ...block, text: last.text };
      else reasoning.push(block);
    },
    called(call) {
      const current = answer();
      calls.set(call.id, { of: current, at: current.toolCalls.length });
      current.toolCalls.push(call);
    },
    signed(signatures) {
      for (const [id, signature] of signatures) {
        const place = calls.get(id);
        const call = place?.of.toolCalls[place.at];
        if (place !== undefined && call !== undefined) place.of.toolCalls[place.at] = { ...call, signature };
      }
    },
    hasCall: (id) => calls.has(id),
    itemsInTurn() {
      const last = turns.at(-1);
      if (last?.role !== 'assistant' || !shown.isEmpty) return 0;
      return last.reasoning.length + last.toolCalls.length + (last.text === '' ? 0 : 1);
    },
    answered(toolCallId, text, media) {
      const name = calls.get(toolCallId);
      const call = name?.of.toolCalls[name.at];
      turns.push({
        role: 'tool',
        toolCallId,
        ...(call === undefined ? {} : { name: call.name }),
        text,
        isError: false,
      });
      shown.add(toolCallId, media);
    },
    messages() {
      endOutputs();
      return turns;
    },
  };
};
