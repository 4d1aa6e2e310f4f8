import type { ChatCompletionRequest, LLMock } from '@copilotkit/aimock';
import type { Asked } from './asked-of-model.ts';

type Factory = Extract<Parameters<LLMock['on']>[1], (...given: never[]) => unknown>;
/** What the mock server is given to answer with. */
type MockAnswer = Awaited<ReturnType<Factory>>;

const textOf = (content: ChatCompletionRequest['messages'][number]['content']): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');

// biome-ignore lint/suspicious/noExplicitAny: JSON Schema
const instanceOf = (schema: any): unknown => {
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return instanceOf(schema.anyOf[0]);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, each]) => [name, instanceOf(each)]),
      );
    case 'array':
      return [instanceOf(schema.items ?? {})];
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'word';
  }
};

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen';

/** What it says where nothing but words are asked for. */
const wordsFor = (prompt: string, request: ChatCompletionRequest, asked: Asked, turn: number): string => {
  const results = request.messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => textOf(content));
  if (results.length > 0) return `The tools say: ${results.join(' ')}`;
  if (prompt.startsWith('What is my name')) {
    return request.messages
      .flatMap(({ role, content }) => (role === 'user' ? [textOf(content)] : []))
      .join(' ');
  }
  if (prompt.startsWith('Count from 1 to 9')) return '1 2 3 4 5 6 7 8 9';
  if (prompt.startsWith('Count from one to fifty')) return NUMBERS;
  if (prompt.startsWith('Write one short sentence')) {
    const isWarm = (asked.temperature ?? 0) >= 1 && (asked.topP ?? 1) > 0.1;
    return isWarm ? `Cat number ${asked.seed ?? turn} sat.` : 'The cat sat.';
  }
  return prompt;
};

const callsFor = (prompt: string, request: ChatCompletionRequest, asked: Asked) => {
  const tools = (request.tools ?? []).map(({ function: tool }) => tool);
  const written = [...prompt.matchAll(/^call[ \t]+(\S+)[ \t]+(\{.*\})$/gm)].flatMap(
    ([, name = '', args = '']) =>
      tools.some((tool) => tool.name === name) ? [{ name, arguments: args }] : [],
  );
  if (written.length > 0) return written;
  if (request.messages.some(({ role }) => role === 'tool')) return [];
  const about = /^What is the current (weather|time) in (\w+)/.exec(prompt);
  const meant =
    about === null ? undefined : tools.find(({ name }) => name === `get_current_${about[1] ?? ''}`);
  if (meant !== undefined) return [{ name: meant.name, arguments: JSON.stringify({ city: about?.[2] }) }];
  const forced =
    asked.tool === undefined ? undefined : (tools.find(({ name }) => name === asked.tool) ?? tools[0]);
  return forced === undefined
    ? []
    : [{ name: forced.name, arguments: JSON.stringify(instanceOf(forced.parameters ?? {})) }];
};

const cut = (
  said: string,
  { stop, maxTokens }: Asked,
): { readonly text: string; readonly isCut: boolean } => {
  const ends = stop.map((each) => said.indexOf(each)).filter((at) => at >= 0);
  const text = said.slice(0, Math.min(said.length, ...ends));
  const words = text.split(' ');
  return maxTokens !== undefined && words.length > maxTokens
    ? { text: words.slice(0, maxTokens).join(' '), isCut: true }
    : { text, isCut: false };
};

/** Ten tokens of input and five of output, in every provider's words. */
const USAGE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  input_tokens: 10,
  output_tokens: 5,
  promptTokenCount: 10,
  candidatesTokenCount: 5,
};

/**
 * A model as the sandbox's `echo`: it says what it is told, calls the tools that lines such as `call weather {…}` name,
 * gives an instance of the schema that is asked for, and takes temperature, seed, stop and the limit of tokens to heart.
 */
export const answerOf = (request: ChatCompletionRequest, asked: Asked, turn: number): MockAnswer => {
  const last = request.messages.at(-1);
  const prompt = textOf(request.messages.findLast(({ role }) => role === 'user')?.content ?? '');
  const thought = asked.isThinking ? { reasoning: 'Let me think.', reasoningSignature: 'c2lnbmVk' } : {};
  const calls = last?.role === 'tool' ? [] : callsFor(prompt, request, asked);
  if (calls.length > 0) {
    const toolCalls = calls.map((call, index) => ({ ...call, id: `call_${turn}_${index}` }));
    // Google's own servers end such turns with STOP.
    return { toolCalls, usage: USAGE, ...(asked.isGemini && { finishReason: 'stop' }), ...thought };
  }
  if (asked.json !== undefined) {
    const instance = asked.json === true ? { text: prompt } : instanceOf(asked.json);
    return { content: JSON.stringify(instance), usage: USAGE, ...thought };
  }
  const { text, isCut } = cut(wordsFor(prompt, request, asked, turn), asked);
  return { content: text, usage: USAGE, ...(isCut && { finishReason: 'length' }), ...thought };
};
