import { describe, expect, it } from 'vitest';
import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { coalesce } from '../coalesced.ts';
import { completed, failed, readAll, settled, textDelta, usageUpdated } from '../harness.ts';
import { type AttemptOptions, carryOut, logOf, scripted } from './attempt-harness.ts';

const frame = (data: string): ProviderEvent & CompletionEvent => ({ type: 'verbatim', data });
/** As a provider passes a piece of text on. */
const apart = (text: string): readonly ProviderEvent[] => [frame(`<${text}>`), textDelta(text)];
const atOnce = (text: string): readonly (ProviderEvent & CompletionEvent)[] => [
  { type: 'textDelta', text, frame: { data: `<${text}>` } },
];

const storyOf = (events: readonly CompletionEvent[]): readonly string[] =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'verbatim':
        return event.data;
      case 'textDelta':
        return event.frame === undefined ? event.text : [event.frame.data, event.text];
      case 'attemptStarted':
        return `+${event.index}`;
      case 'attemptFailed':
        return `${event.willRetry ? '-' : 'x'}${event.attempt.index}`;
      default:
        return event.type;
    }
  });

/** The first answers so; the second is another dialect's, and its answer is translated. */
const runOn = async (answer: readonly ProviderEvent[], options: AttemptOptions = {}) => {
  const providers = scripted(2);
  providers[0]?.answer(...answer);
  providers[1]?.answer(textDelta('other'), completed);
  const run = carryOut(providers, options);
  const attempted = await run.read();
  return { story: storyOf(run.events), log: logOf(attempted) };
};

const WAYS = [
  ['before their text', apart],
  ['with their text', atOnce],
] as const;

describe.each(WAYS)('frames that are passed on %s', (_way, said) => {
  it('stay in order with what was read from them', async () => {
    const { story } = await runOn([
      frame('<start>'),
      ...said('a'),
      frame('<ping>'),
      ...said('b'),
      frame('<usage>'),
      usageUpdated({ input: 1, output: 1 }),
      frame('<end>'),
      completed,
    ]);
    expect(story).toEqual([
      '+0',
      '<start>',
      '<a>',
      'a',
      '<ping>',
      '<b>',
      'b',
      '<usage>',
      'usageUpdated',
      '<end>',
    ]);
  });

  it('without content do not go out before another takes over', async () => {
    const { story, log } = await runOn([
      frame('<start>'),
      frame('<usage>'),
      usageUpdated({ input: 1, output: 1 }),
      frame('<ping>'),
      failed('OVERLOADED'),
    ]);
    expect(story).toEqual(['+0', '-0', '+1', 'other']);
    expect(log.at(-1)).toBe('1 second/talker FALLBACK SUCCEEDED');
  });

  it('with content that is held back do not, either', async () => {
    const held = { fallback: { holdBackTokens: 3 } };
    const { story } = await runOn([...said('word'), ...said('word'), failed('OVERLOADED')], held);
    expect(story).toEqual(['+0', '-0', '+1', 'other']);
    const enough = await runOn([...said('word'), ...said('word'), ...said('word'), completed], held);
    expect(enough.story).toEqual(['+0', '<word>', 'word', '<word>', 'word', '<word>', 'word']);
  });

  it('are not overtaken by usage while they are held back', async () => {
    const usage = usageUpdated({ input: 1, output: 1 });
    const held = { fallback: { holdBackTokens: 3 } };
    const { story } = await runOn([...said('w'), usage, ...said('long enough'), completed], held);
    expect(story).toEqual(['+0', '<w>', 'w', 'usageUpdated', '<long enough>', 'long enough']);
  });

  it('end the completion where they break off once any was seen', async () => {
    const { story, log } = await runOn([...said('a'), frame('<more>'), failed('OVERLOADED')]);
    expect(story).toEqual(['+0', '<a>', 'a', '<more>', 'x0']);
    expect(log).toEqual(['0 first/talker FIRST FAILED OVERLOADED']);
  });

  it('of which nothing can be read go out once they are many', async () => {
    const large = frame('x'.repeat(100_000));
    const { story } = await runOn([large, large, large, failed('OVERLOADED')]);
    expect(story.map((word) => (word.length > 9 ? 'large' : word))).toEqual([
      '+0',
      'large',
      'large',
      'large',
      'x0',
    ]);
  });

  it('of a whole answer without content go out with its end', async () => {
    expect((await runOn([frame('<all>'), completed])).story).toEqual(['+0', '<all>']);
  });
});

describe.each(WAYS)(
  'a race of one that is passed on, frames %s, and one that is translated',
  (_way, said) => {
    const race = async () => {
      const providers = scripted(2);
      const run = carryOut(providers, { dispatch: { kind: 'RACE', count: 2 } });
      const read = run.read();
      const [first, second] = await Promise.all(providers.map((each) => each.called(0)));
      if (first === undefined || second === undefined) throw new Error('no call');
      return { ...run, read, first, second };
    };
    const contentOf = (events: readonly CompletionEvent[]): readonly string[] =>
      storyOf(events).filter((word) => !/^[+~]|^attempt/.test(word));

    it('goes to the translated one: no frame of the other is seen', async () => {
      const { first, second, read, events } = await race();
      first.send(frame('<start>'), frame('<ping>'));
      await settled();
      second.send(textDelta('b'), completed);
      await read;
      expect(contentOf(events)).toEqual(['b']);
    });

    it('goes to the one that is passed on, from its first frame', async () => {
      const { first, second, read, events } = await race();
      first.send(frame('<start>'), ...said('a'));
      await settled();
      second.send(textDelta('b'), completed);
      first.send(...said('c'), frame('<end>'), completed);
      await read;
      expect(contentOf(events)).toEqual(['<start>', '<a>', 'a', '<c>', 'c', '<end>']);
    });
  },
);

it('frames are no sign of life: one that sends pings alone stalls', async () => {
  const [provider] = scripted(1);
  if (provider === undefined) throw new Error('no provider');
  const run = carryOut([provider], { command: { timeouts: { stallMs: 1_000 } }, fallback: { retries: 0 } });
  const read = run.read();
  const call = await provider.called(0);
  call.send(...apart('a'));
  for (let ping = 0; ping < 3; ping += 1) {
    await run.pass(400);
    call.send(frame('<ping>'));
  }
  const attempted = await read;
  expect(logOf(attempted)).toEqual(['0 first/talker FIRST FAILED TIMEOUT']);
});

it('joining deltas leaves every frame in its place', async () => {
  const given = [
    frame('<a>'),
    textDelta('a'),
    textDelta('b'),
    frame('<c>'),
    textDelta('c'),
    textDelta('d'),
    ...atOnce('e'),
    ...atOnce('f'),
    textDelta('g'),
  ];
  const last: CompletionEvent = {
    type: 'failed',
    error: { kind: 'REFUSED', refusal: { code: 'UNAVAILABLE', problem: '' } },
  };
  const source = (async function* (): AsyncGenerator<CompletionEvent, undefined> {
    yield* given;
    yield last;
  })();
  const story = storyOf(await readAll(coalesce(source, 20, createFakeClock())));
  expect(story).toEqual(['<a>', 'a', 'b', '<c>', 'cd', '<e>', 'e', '<f>', 'f', 'g', 'failed']);
});
