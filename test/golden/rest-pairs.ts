import type { ProviderName } from './stage.ts';

/** What clients of each format of the REST base ask, and of whom. */

const MESSAGE = { model: 'lab/talker', max_tokens: 50, temperature: 0.5 };
const FACES = [
  {
    face: 'chat',
    path: '/v1/chat/completions',
    body: { ...MESSAGE, messages: [{ role: 'user', content: 'What colour is the sky?' }] },
    tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }],
  },
  {
    face: 'messages',
    path: '/v1/messages',
    body: { ...MESSAGE, messages: [{ role: 'user', content: 'What colour is the sky?' }] },
    tools: [{ name: 'get_weather', input_schema: { type: 'object' } }],
  },
  {
    face: 'responses',
    path: '/v1/responses',
    body: { model: 'lab/talker', max_output_tokens: 50, temperature: 0.5, input: 'What colour is the sky?' },
    tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object' } }],
  },
] as const;

export type Pair = {
  readonly face: (typeof FACES)[number];
  readonly order: readonly [ProviderName, ProviderName];
};
export const pairOf = (face: number, first: ProviderName): Pair => ({
  face: FACES[face] ?? FACES[0],
  order: [first, first === 'openai' ? 'anthropic' : 'openai'],
});
/** Each format of clients with a provider of each dialect. */
export const ALL = [0, 1, 2].flatMap((face) => [pairOf(face, 'openai'), pairOf(face, 'anthropic')]);
export const WITH_GEMINI = [...ALL, ...[0, 1, 2].map((face) => pairOf(face, 'gemini'))];
/** One that is passed on as it comes, and two that are translated. */
export const SOME = [pairOf(0, 'openai'), pairOf(1, 'openai'), pairOf(2, 'anthropic')];
