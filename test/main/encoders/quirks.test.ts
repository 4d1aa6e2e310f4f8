// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROVIDER_QUIRKS } from '../../../src/domain/provider-quirks.ts';
import { runCommand } from '../../support/modelgraph.ts';
import { type StrictProviders, strictProviders } from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const USER = { role: 'user', content: 'x' };
const CALL = { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const only = (): any => {
  const sent = providers.sent();
  expect(sent).toHaveLength(1);
  return sent[0]?.body;
};
const chat = (rest: object) =>
  providers.ask('/v1/chat/completions', { model: 'quirky/m1', messages: [USER], novel: 1, ...rest });

describe('what the config file says of a relay', () => {
  it('holds for requests that are passed on', async () => {
    const { body } = await chat({
      seed: 1,
      top_p: 0.5,
      reasoning_effort: 'none',
      messages: [
        USER,
        { role: 'assistant', content: null, tool_calls: [CALL] },
        {
          role: 'tool',
          tool_call_id: 'toolu_1',
          content: [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }],
        },
        { role: 'assistant', content: 'I see' },
      ],
    });
    const sent = only();
    expect(sent).toMatchObject({ novel: 1, top_p: 0.5, enable_thinking: false });
    expect(sent).not.toHaveProperty('seed');
    expect(sent).not.toHaveProperty('reasoning_effort');
    const [, assistant, tool, shown, said, asked] = sent.messages;
    expect(assistant.tool_calls[0].id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(tool.tool_call_id).toBe(assistant.tool_calls[0].id);
    expect(shown).toMatchObject({ role: 'user', content: [{ type: 'text' }, { type: 'image_url' }] });
    expect([said.role, asked.role]).toEqual(['assistant', 'user']);
    expect(body.modelgraph.warnings.map(({ parameter }: any) => parameter).sort()).toEqual([
      'messages',
      'seed',
      'topP',
    ]);
  });

  it('and for those that are translated', async () => {
    await providers.ask('/v1/messages', {
      model: 'quirky/m1',
      max_tokens: 50,
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      messages: [
        USER,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: '' },
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }] },
      ],
    });
    const sent = only();
    expect(sent).toMatchObject({ enable_thinking: true, thinking_budget: 2_000 });
    expect(sent.messages[1]).toMatchObject({ reasoning_content: 'hm' });
    expect(sent.messages[2].tool_call_id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  it('several choices are asked for one by one', async () => {
    await chat({ n: 2 });
    expect(providers.sent().map(({ body }: any) => [body.n, body.novel])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('calls without a signature to a Gemini 3 behind it get the stand-in', async () => {
    const messages = [
      USER,
      { role: 'assistant', content: null, tool_calls: [CALL, { ...CALL, id: 'toolu_2' }] },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'a' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'b' },
    ];
    const signatures = (sent: any) =>
      sent.messages[1].tool_calls.map((call: any) => call.extra_content?.google.thought_signature);
    await chat({ model: 'quirky/gemini-3-pro', messages });
    expect(signatures(only())).toEqual(['skip_thought_signature_validator', undefined]);
    await providers.ask('/v1/responses', {
      model: 'quirky/gemini-3-pro',
      input: [
        USER,
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: 'ok' },
      ],
    });
    expect(signatures(only())).toEqual(['skip_thought_signature_validator']);
    await chat({ messages });
    expect(signatures(only())).toEqual([undefined, undefined]);
  });
});

describe('quirks that nobody knows', () => {
  const problem = async (provider: object): Promise<string> => {
    const { code, stderr, stdout } = await runCommand([], {
      config: JSON.stringify({ providers: [provider] }),
    });
    expect(code).not.toBe(0);
    return stderr + stdout;
  };
  const RELAY = { id: 'my-relay', dialect: 'openai', baseUrl: 'http://127.0.0.1:1/v1' };

  it('are told with the place, and with those that there are', async () => {
    expect(await problem({ ...RELAY, quirks: { thinkingSwich: 'thinking' } })).toMatch(
      /quirks\.thinkingSwich.*thinkingSwitch/s,
    );
    expect(await problem({ ...RELAY, quirks: { thinkingSwitch: 'maybe' } })).toMatch(
      /quirks\.thinkingSwitch: takes one of none, thinking/,
    );
    expect(
      await problem({ id: 'deepseek', apiKey: 'sk-0123456789abcdef', quirks: { files: 'data' } }),
    ).toMatch(/known provider/);
    expect(await problem({ ...RELAY, dialect: 'anthropic', quirks: { files: 'data' } })).toMatch(
      /dialect openai/,
    );
  });
});

it('the docs list every quirk with what it takes and says', () => {
  const text = readFileSync(new URL('../../../docs/quirks.md', import.meta.url), 'utf8');
  for (const [name, quirk] of Object.entries(PROVIDER_QUIRKS)) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    expect([name, row?.replaceAll('\\|', '|')]).toEqual([name, expect.stringContaining(quirk.says)]);
    if ('words' in quirk) for (const word of quirk.words) expect(row).toContain(`\`${word}\``);
  }
});
