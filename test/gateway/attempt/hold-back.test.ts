import { describe, expect, it } from 'vitest';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { completed, failed, settled, textDelta, usageUpdated } from '../harness.ts';
import { carryOut, logOf, scripted, storyOf } from './attempt-harness.ts';

/** Four characters: a token. */
const token = textDelta('word');
const HELD = { holdBackTokens: 3 };

const runOn = async (answer: readonly ProviderEvent[], delivery: 'STREAM' | 'WHOLE' = 'STREAM') => {
  const providers = scripted(2);
  providers[0]?.answer(...answer);
  providers[1]?.answer(textDelta('other'), completed);
  const run = carryOut(providers, { fallback: HELD, command: { delivery } });
  const attempted = await run.read();
  return { story: storyOf(run.events), log: logOf(attempted), events: run.events };
};

const ELSEWHERE = ['0 first/talker FIRST FAILED OVERLOADED', '1 second/talker FALLBACK SUCCEEDED'];

describe('tokens that are held back', () => {
  it('are dropped where the stream dies among them, and another answers in full', async () => {
    const { story, log } = await runOn([token, token, failed('OVERLOADED')]);
    expect(story).toEqual(['+0', '-0', '+1', '"other"']);
    expect(log).toEqual(ELSEWHERE);
  });

  it('go out together once there are enough, and nothing is held from then on', async () => {
    const { story, log } = await runOn([token, token, token, token, failed('OVERLOADED')]);
    expect(story).toEqual(['+0', '"word"', '"word"', '"word"', '"word"', 'x0']);
    expect(log).toEqual(['0 first/talker FIRST FAILED OVERLOADED']);
  });

  it('go out with a whole answer that is shorter', async () => {
    const { story } = await runOn([token, usageUpdated({ input: 1, output: 1 }), completed]);
    expect(story).toEqual(['+0', 'usageUpdated', '"word"']);
  });

  it.each<readonly [string, readonly ProviderEvent[]]>([
    ['reasoning', [{ type: 'reasoningDelta', text: 'thinking' }]],
    ['refusals', [{ type: 'refusalDelta', text: 'I cannot' }]],
    [
      'tool calls',
      [
        { type: 'toolCallStarted', index: 0, id: 'call_1', name: 'look' },
        { type: 'toolCallDelta', index: 0, argumentsDelta: '{"a"' },
      ],
    ],
  ])('may be %s', async (_what, two) => {
    expect((await runOn([...two, failed('OVERLOADED')])).log).toEqual(ELSEWHERE);
    expect((await runOn([...two, token, failed('OVERLOADED')])).log).toHaveLength(1);
  });

  it('count the arguments of a tool call once, though its end says them again', async () => {
    const call: readonly ProviderEvent[] = [
      { type: 'toolCallStarted', index: 0, id: 'call_1', name: '' },
      { type: 'toolCallDelta', index: 0, argumentsDelta: '{"a": 1}' },
      { type: 'toolCallEnded', index: 0, id: 'call_1', name: '', arguments: '{"a": 1}' },
    ];
    expect((await runOn([...call, failed('OVERLOADED')])).log).toEqual(ELSEWHERE);
    const [first, , ended] = call;
    if (first === undefined || ended === undefined) throw new Error('no call');
    const whole = [first, { ...ended, arguments: '{"a": "long"}' }, failed('OVERLOADED')];
    expect((await runOn(whole)).log).toHaveLength(1);
  });

  it('are not held from a client that sees the end alone', async () => {
    const { story, log } = await runOn([token, failed('OVERLOADED')], 'WHOLE');
    expect(story).toEqual(['+0', '"word"', '-0', '+1', '"other"']);
    expect(log).toEqual(ELSEWHERE);
  });
});

it('without a threshold the first content opens the stream, and empty deltas wait for it', async () => {
  const providers = scripted(1);
  const run = carryOut(providers);
  const read = run.read();
  const call = await providers[0]?.called(0);
  call?.send(textDelta(''));
  await settled();
  expect(storyOf(run.events)).toEqual(['+0']);
  call?.send(token);
  await settled();
  expect(storyOf(run.events)).toEqual(['+0', '""', '"word"']);
  call?.send(completed);
  await read;
});
