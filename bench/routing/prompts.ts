import type { CompletionRequest, Message } from '../../src/domain/completion-request.ts';
import type { RequestClass, SimulatedRequest } from './workload.ts';

/** How requests of a class begin: what a classifier has to tell them by. Written for this simulation. */
const OPENINGS: { readonly [Class in RequestClass]: readonly string[] } = {
  CHAT: [
    'What is a good name for a small coffee shop by the sea?',
    'Translate this short note into Spanish, please.',
    'Write two friendly lines to thank a colleague for her help.',
    'Which day of the week was easiest for you to meet? Rewrite this as a polite question.',
    '把下面这句话翻译成英文。',
    'List five fruits that are in season in autumn.',
  ],
  DOCUMENT: [
    'Summarise the following report in ten bullet points for the management.',
    'Here is a contract. Which notice periods does it state, and in which clauses?',
    'Extract all names, dates and amounts from the minutes below as a table.',
    'Read the manual below and answer: how is the filter replaced?',
    '请阅读下面的文件，并总结它的主要结论。',
  ],
  HARD: [
    'Debug this race condition step by step: explain why the lock-free queue loses items under contention, and prove that your fix is linearizable.',
    'Derive the closed form of the recurrence below, prove it by induction, and discuss its complexity bounds.',
    'Design a multi-region ledger that stays consistent under partitions. Compare the trade-offs of three protocols and justify your choice.',
    'Optimise this SQL query plan: analyse each join, explain the cost model, and prove that the rewrite is equivalent.',
    '请一步一步证明下面的定理，并分析算法的时间复杂度。',
  ],
};

const FILLER =
  'The committee met again on Tuesday and went through the list of open points from the week before. ' +
  'Most of them had been settled by telephone, a few were put off until the figures for the quarter are known. ';
const CODE_FILLER =
  'while (head !== tail) { const next = queue[head % size]; if (!compareAndSet(head, next)) continue; yield next; } ' +
  'Let f(n) = 2 f(n / 2) + n log n, where f(1) = 1, and assume that n is a power of two. ';
const CHARACTERS_PER_TOKEN = 4;
/** Prompts of about the same length share one text. */
const LENGTH_STEP = 1.15;
const MOST_CHARACTERS = 300_000;
const fillerOf = (sentence: string): string => sentence.repeat(Math.ceil(MOST_CHARACTERS / sentence.length));
const TEXTS: { readonly [Class in RequestClass]: string } = {
  CHAT: fillerOf(FILLER),
  DOCUMENT: fillerOf(FILLER),
  HARD: fillerOf(CODE_FILLER),
};

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });

/** Gives each simulated request a prompt of about its length that says its class; the same object for those that are alike. */
export const createPrompts = (): ((request: SimulatedRequest) => CompletionRequest) => {
  const made = new Map<string, CompletionRequest>();
  return ({ class: name, conversation, inputTokens, turn }) => {
    const step = Math.round(Math.log(inputTokens) / Math.log(LENGTH_STEP));
    const openings = OPENINGS[name];
    const opening = conversation % openings.length;
    const key = `${name} ${opening} ${step} ${Math.min(turn, 2)}`;
    let request = made.get(key);
    if (request === undefined) {
      const characters = Math.round(LENGTH_STEP ** step * CHARACTERS_PER_TOKEN);
      const first = openings[opening] ?? '';
      const text = `${first}\n${TEXTS[name].slice(0, Math.max(0, characters - first.length))}`;
      const assistant: Message = { role: 'assistant', text: 'Yes.', reasoning: [], toolCalls: [] };
      request = {
        messages: turn === 1 ? [user(text)] : [user(text), assistant, user(first)],
        tools: [],
        metadata: { class: name },
      };
      made.set(key, request);
    }
    return request;
  };
};
