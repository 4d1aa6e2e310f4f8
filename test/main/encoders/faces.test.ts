import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Conversation, FACES, toldIn } from './conversations.ts';
import { type StrictProviders, strictProviders } from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const MODELS = [
  'relay/m1',
  'relayclaude/m1',
  'relayresponses/m1',
  'relaygemini/m1',
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-5',
  'google/gemini-3-pro-preview',
  'google/gemini-2.5-flash',
  'mistral/mistral-large-latest',
  'quirky/m1',
] as const;

type Situation = {
  readonly conversation: Conversation;
  /** Everything that a provider must be told, in no order. */
  readonly told: readonly string[];
};

const ls = (id: string) => ({ id, name: 'Bash', args: { c: 'ls' } });
const pwd = (id: string) => ({ id, name: 'Bash', args: { c: 'pwd' } });

const withIds = (one: string, two: string): Situation => ({
  conversation: {
    turns: [
      { user: 'x' },
      { assistant: 'I look.', calls: [ls(one), pwd(two)] },
      {
        results: [
          { id: one, text: 'a.txt' },
          { id: two, text: '/home' },
        ],
      },
    ],
  },
  told: [
    'assistant says I look.',
    'call 0 of Bash with {"c":"ls"}',
    'call 1 of Bash with {"c":"pwd"}',
    'result 0: a.txt',
    'result 1: /home',
    'user says x',
  ],
});

const SITUATIONS: { readonly [what: string]: Situation } = {
  'a conversation with instructions': {
    conversation: { system: 'Be brief.', turns: [{ user: 'a' }, { assistant: 'b' }, { user: 'c' }] },
    told: ['assistant says b', 'system says Be brief.', 'user says a', 'user says c'],
  },
  'an image': {
    conversation: { turns: [{ user: 'see', image: PNG }] },
    told: ['an image', 'user says see'],
  },
  'ids of Kimi': withIds('functions.Bash:0', 'functions.Bash:1'),
  'ids of Claude': withIds('toolu_01A09q90qw90lq917835lq9', 'toolu_01A09q90qw90lq917835lq8'),
  'ids of OpenAI': withIds('call_abcdefghijklmnopqrstuvwx', 'call_abcdefghijklmnopqrstuvwy'),
  'ids of Mistral': withIds('D681PevKs', 'D681PevKt'),
  'ids of a hundred letters': withIds('a'.repeat(100), `${'a'.repeat(99)}b`),
  'ids in signs of their own': withIds('call|ls/1', 'call|ls/2'),
  'ids that differ in signs alone': withIds('call.1', 'call:1'),
  'an image in a result': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('c1'), pwd('c2')] },
        {
          results: [
            { id: 'c1', text: 'shot', image: PNG },
            { id: 'c2', text: '/home' },
          ],
        },
      ],
    },
    told: [
      'an image',
      'call 0 of Bash with {"c":"ls"}',
      'call 1 of Bash with {"c":"pwd"}',
      'result 0: shot',
      'result 1: /home',
      'user says x',
    ],
  },
  'calls to be summed up, without tools': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('c1')] },
        { results: [{ id: 'c1', text: 'a.txt' }] },
        { user: 'Sum up.' },
      ],
      rest: {
        chat: { tools: [], tool_choice: 'none', parallel_tool_calls: false },
        messages: { tools: [], tool_choice: { type: 'none' } },
        responses: { tools: [], tool_choice: 'none', parallel_tool_calls: false },
      },
    },
    told: ['call 0 of Bash with {"c":"ls"}', 'result 0: a.txt', 'user says Sum up.', 'user says x'],
  },
  'a choice among no tools': {
    conversation: {
      turns: [{ user: 'x' }],
      rest: {
        chat: { tool_choice: 'auto', parallel_tool_calls: true },
        messages: { tool_choice: { type: 'auto' } },
        responses: { tool_choice: 'auto', parallel_tool_calls: true },
      },
    },
    told: ['user says x'],
  },
  'an id that is given again': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('call_0')] },
        { results: [{ id: 'call_0', text: 'one' }] },
        { assistant: 'Next.', calls: [pwd('call_0')] },
        { results: [{ id: 'call_0', text: 'two' }] },
      ],
    },
    told: [
      'assistant says Next.',
      'call 0 of Bash with {"c":"ls"}',
      'call 1 of Bash with {"c":"pwd"}',
      'result 0: one',
      'result 1: two',
      'user says x',
    ],
  },
  'an id given again that is to be written anew': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('functions.Bash:0')] },
        { results: [{ id: 'functions.Bash:0', text: 'one' }] },
        { assistant: '', calls: [pwd('functions.Bash:0')] },
        { results: [{ id: 'functions.Bash:0', text: 'two' }] },
        { user: 'and?' },
      ],
    },
    told: [
      'call 0 of Bash with {"c":"ls"}',
      'call 1 of Bash with {"c":"pwd"}',
      'result 0: one',
      'result 1: two',
      'user says and?',
      'user says x',
    ],
  },
  'results in another order': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('c:1'), pwd('c:2')] },
        {
          results: [
            { id: 'c:2', text: '/home' },
            { id: 'c:1', text: 'a.txt' },
          ],
        },
      ],
    },
    told: [
      'call 0 of Bash with {"c":"ls"}',
      'call 1 of Bash with {"c":"pwd"}',
      'result 0: a.txt',
      'result 1: /home',
      'user says x',
    ],
  },
  'words of the user after results': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('c1')] },
        { results: [{ id: 'c1', text: 'a.txt', image: PNG }] },
        { user: 'and?' },
      ],
    },
    told: ['an image', 'call 0 of Bash with {"c":"ls"}', 'result 0: a.txt', 'user says and?', 'user says x'],
  },
  'a result without text': {
    conversation: {
      turns: [{ user: 'x' }, { assistant: '', calls: [ls('c1')] }, { results: [{ id: 'c1', text: '' }] }],
    },
    told: ['call 0 of Bash with {"c":"ls"}', 'result 0: ', 'user says x'],
  },
  'blank words of the assistant beside a call': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '\n\n', calls: [ls('c1')] },
        { results: [{ id: 'c1', text: 'a.txt' }] },
      ],
    },
    told: ['call 0 of Bash with {"c":"ls"}', 'result 0: a.txt', 'user says x'],
  },
  'the same call in two turns': {
    conversation: {
      turns: [
        { user: 'x' },
        { assistant: '', calls: [ls('c1')] },
        { results: [{ id: 'c1', text: 'one' }] },
        { assistant: '', calls: [ls('c2')] },
        { results: [{ id: 'c2', text: 'two' }] },
      ],
    },
    told: [
      'call 0 of Bash with {"c":"ls"}',
      'call 1 of Bash with {"c":"ls"}',
      'result 0: one',
      'result 1: two',
      'user says x',
    ],
  },
};

/** What a model is told between results and a user, and blank texts where they are taken. */
const isIdle = (fact: string): boolean =>
  fact === 'assistant says I have the results.' || /says \s*$/.test(fact);

describe.each(Object.entries(SITUATIONS))('%s', (_what, { conversation, told }) => {
  describe.each(Object.entries(FACES))('through %s', (_face, ask) => {
    it.each(MODELS)('is told to %s', async (model) => {
      const { path, body } = ask(conversation);
      const { status, body: answer } = await providers.ask(path, { ...body, model });
      expect({ status, answer }).toMatchObject({ status: 200 });
      const [sent] = providers.sent();
      expect(toldIn(sent?.path ?? '', sent?.body).filter((fact) => !isIdle(fact))).toEqual([...told].sort());
    });
  });
});
