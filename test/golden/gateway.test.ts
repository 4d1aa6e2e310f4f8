import { afterAll, beforeAll, it } from 'vitest';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import {
  DEFAULT_FALLBACK,
  DEFAULT_POLICY,
  type FallbackRules,
  type Strategy,
} from '../../src/domain/route.ts';
import type { CompletionCommand } from '../../src/gateway/completion-command.ts';
import { callerWith, commandWith, MODEL, settled } from '../gateway/harness.ts';
import { eventStream, type Gate, gate, NEVER, type Script } from '../support/upstream.ts';
import {
  busy,
  countsText,
  expectTrace,
  fixturesOf,
  type ProviderName,
  type Scene,
  type Stage,
  startStage,
} from './stage.ts';

/** What happens in the gateway, event by event, while real providers answer, fail or stay silent. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

/** What a test has in hand when something has happened. */
type Hand = { readonly scene: Scene; readonly gates: readonly Gate[]; leave(): void };
type Act = (hand: Hand) => void;

type Situation = {
  readonly what: string;
  readonly command?: Partial<CompletionCommand>;
  readonly coalesceMs?: number;
  readonly openai: (gates: readonly Gate[]) => readonly Script[];
  readonly anthropic?: (gates: readonly Gate[]) => readonly Script[];
  /** Once these have been asked. */
  readonly onceAsked?: { readonly who: readonly ProviderName[]; readonly act: Act };
  /** With the n-th event of a type. */
  readonly on?: { readonly type: CompletionEvent['type']; readonly n?: number; readonly act: Act };
  readonly givenUp?: readonly ProviderName[];
  /** There is nobody but the first. */
  readonly isAlone?: true;
};

const WORDS = ['Blue', ' and', ' wide.'];
const OPENAI = fixturesOf('openai');
const ANTHROPIC = fixturesOf('anthropic');
const FRAMES = OPENAI.textFrames(WORDS);
const silent: Script = { before: NEVER };
const headAlone = eventStream([], { ending: 'hang' });
const hanging = eventStream(FRAMES.slice(0, -3), { ending: 'hang' });
const openAi = eventStream(FRAMES);
const anthropic = eventStream(ANTHROPIC.textFrames(WORDS));

const routed = (
  strategy: Strategy,
  fallback: Partial<FallbackRules> = {},
): Pick<CompletionCommand, 'routing'> => ({
  routing: {
    policy: {
      ...DEFAULT_POLICY,
      candidates: [{ target: { kind: 'MODEL', name: MODEL }, weight: 1 }],
      strategy,
      fallback: { ...DEFAULT_FALLBACK, ...fallback },
    },
  },
});
const PRIORITY: Strategy = { kind: 'PRIORITY' };
const RACE: Strategy = { kind: 'RACE', count: 2, order: { kind: 'PRIORITY' } };
const HEDGE: Strategy = { kind: 'HEDGE', afterMs: 100, order: { kind: 'PRIORITY' } };

const leave: Act = ({ leave }) => leave();
const open: Act = ({ gates }) => gates[0]?.open();
const pass =
  (ms: number): Act =>
  ({ scene }) =>
    scene.clock.advance(ms);
const drain =
  (passesMs: number): Act =>
  ({ scene, gates }) => {
    void scene.gateway.drain(1_000);
    scene.clock.advance(passesMs);
    gates[0]?.open();
  };
/** Once the first is open the rest comes. */
const inTwoParts = ([first]: readonly Gate[]): Script =>
  eventStream([...FRAMES.slice(0, -3), first?.opened ?? '', ...FRAMES.slice(-3)]);

const SITUATIONS: readonly Situation[] = [
  { what: 'streamed', openai: () => [openAi] },
  { what: 'coalesced', coalesceMs: 50, openai: () => [openAi] },
  { what: 'whole', command: { streamUpstream: false }, openai: () => [OPENAI.text(WORDS)] },
  { what: 'tools', openai: () => [OPENAI.toolStream()] },
  { what: 'fallback', openai: () => [busy], anthropic: () => [anthropic] },
  { what: 'all-failed', openai: () => [busy], anthropic: () => [busy] },
  { what: 'cut-in-sight', openai: () => [eventStream(FRAMES.slice(0, -3))] },
  {
    what: 'cut-unseen',
    command: { delivery: 'WHOLE' },
    openai: () => [eventStream(FRAMES.slice(0, -3))],
    anthropic: () => [anthropic],
  },
  {
    what: 'cut-held-back',
    command: routed(PRIORITY, { holdBackTokens: 20 }),
    openai: () => [eventStream(FRAMES.slice(0, -3))],
    anthropic: () => [anthropic],
  },
  {
    what: 'no-first-token',
    command: { timeouts: { firstTokenMs: 1_000 } },
    openai: () => [silent],
    anthropic: () => [anthropic],
    onceAsked: { who: ['openai'], act: pass(1_050) },
    givenUp: ['openai'],
  },
  {
    what: 'out-of-time',
    command: { timeouts: { totalMs: 1_000 } },
    openai: () => [silent],
    onceAsked: { who: ['openai'], act: pass(1_000) },
    givenUp: ['openai'],
  },
  {
    what: 'race-second-wins',
    command: routed(RACE),
    openai: () => [silent],
    anthropic: () => [anthropic],
    givenUp: ['openai'],
  },
  {
    what: 'race-goes-on-after-failure',
    command: routed(RACE),
    openai: () => [busy],
    anthropic: ([first]) => [{ ...anthropic, before: first?.opened ?? NEVER }],
    on: { type: 'attemptFailed', act: open },
  },
  {
    what: 'race-all-failed',
    command: routed(RACE),
    openai: () => [busy],
    anthropic: ([first]) => [{ ...busy, before: first?.opened ?? NEVER }],
    on: { type: 'attemptFailed', act: open },
  },
  {
    what: 'race-left',
    command: routed(RACE),
    openai: () => [silent],
    anthropic: () => [silent],
    onceAsked: { who: ['openai', 'anthropic'], act: leave },
    givenUp: ['openai', 'anthropic'],
  },
  {
    what: 'hedge-second-wins',
    command: routed(HEDGE),
    openai: () => [silent],
    anthropic: () => [anthropic],
    onceAsked: { who: ['openai'], act: pass(100) },
    givenUp: ['openai'],
  },
  {
    what: 'hedge-first-wins',
    command: routed(HEDGE),
    openai: ([first]) => [{ ...openAi, before: first?.opened ?? NEVER }],
    anthropic: () => [silent],
    onceAsked: { who: ['openai'], act: pass(100) },
    on: {
      type: 'attemptStarted',
      n: 2,
      act: (hand) => void hand.scene.asked('anthropic').then(() => open(hand)),
    },
    givenUp: ['anthropic'],
  },
  { what: 'hedge-not-needed', command: routed(HEDGE), openai: () => [openAi] },
  {
    what: 'left-before-head',
    openai: () => [silent],
    onceAsked: { who: ['openai'], act: leave },
    givenUp: ['openai'],
  },
  {
    what: 'left-before-token',
    openai: () => [headAlone],
    onceAsked: { who: ['openai'], act: leave },
    givenUp: ['openai'],
  },
  {
    what: 'left-in-sight',
    openai: () => [hanging],
    on: { type: 'textDelta', n: 3, act: leave },
    givenUp: ['openai'],
  },
  {
    what: 'left-after-usage',
    openai: () => [openAi],
    on: { type: 'usageUpdated', act: leave },
  },
  {
    what: 'left-before-head-drained',
    command: { onDisconnect: 'DRAIN' },
    openai: ([first]) => [{ ...openAi, before: first?.opened ?? NEVER }],
    onceAsked: {
      who: ['openai'],
      act: (hand) => {
        leave(hand);
        open(hand);
      },
    },
  },
  {
    what: 'left-in-sight-drained',
    command: { onDisconnect: 'DRAIN' },
    openai: (gates) => [inTwoParts(gates)],
    on: {
      type: 'textDelta',
      n: 3,
      act: (hand) => {
        leave(hand);
        open(hand);
      },
    },
  },
  {
    what: 'left-drained-fails',
    command: { onDisconnect: 'DRAIN' },
    openai: ([first]) => [{ ...busy, before: first?.opened ?? NEVER }],
    onceAsked: {
      who: ['openai'],
      act: (hand) => {
        leave(hand);
        open(hand);
      },
    },
  },
  {
    what: 'stopping-in-time',
    openai: (gates) => [inTwoParts(gates)],
    on: { type: 'textDelta', n: 3, act: drain(999) },
  },
  {
    what: 'stopping-too-late',
    openai: () => [hanging],
    on: { type: 'textDelta', n: 3, act: drain(1_000) },
    givenUp: ['openai'],
  },
  {
    what: 'stopping-before-head',
    openai: () => [silent],
    onceAsked: { who: ['openai'], act: drain(1_000) },
    givenUp: ['openai'],
  },
];

const limited: Script = { ...busy, status: 429, headers: { ...busy.headers, 'retry-after': '2' } };
const RETRYING = routed(PRIORITY, { retries: 1, backoff: { baseMs: 1, maxMs: 1 } });
/** Once what follows from the event has been done. */
const then =
  (act: Act): Act =>
  (hand) =>
    void settled().then(() => act(hand));

/** What happens around the wait that a provider asks for. */
const RETRIES: readonly Situation[] = [
  {
    what: 'retry-after-wait',
    isAlone: true,
    command: RETRYING,
    openai: () => [limited, openAi],
    on: { type: 'attemptFailed', act: then(pass(2_000)) },
  },
  {
    what: 'retry-fails',
    isAlone: true,
    command: RETRYING,
    openai: () => [limited, busy],
    on: { type: 'attemptFailed', act: then(pass(2_000)) },
  },
  {
    what: 'retry-left-while-waiting',
    isAlone: true,
    command: RETRYING,
    openai: () => [limited],
    on: { type: 'attemptFailed', act: then(leave) },
  },
  {
    what: 'retry-left-while-waiting-drained',
    isAlone: true,
    command: { ...RETRYING, onDisconnect: 'DRAIN' },
    openai: () => [limited],
    on: {
      type: 'attemptFailed',
      act: then((hand) => {
        leave(hand);
        pass(2_000)(hand);
      }),
    },
  },
  {
    what: 'retry-stopping-while-waiting',
    isAlone: true,
    command: RETRYING,
    openai: () => [limited],
    on: { type: 'attemptFailed', act: then(drain(1_000)) },
  },
  {
    what: 'retry-not-before-fallback',
    command: RETRYING,
    openai: () => [limited],
    anthropic: () => [anthropic],
  },
  {
    what: 'retry-out-of-time',
    isAlone: true,
    command: { ...RETRYING, timeouts: { totalMs: 1_000 } },
    openai: () => [limited],
  },
];

/** Of a policy what is its own. */
const askedText = ({ routing, ...rest }: Partial<CompletionCommand> = {}, coalesceMs?: number): string => {
  const { strategy, fallback } = routing?.policy ?? {};
  const { holdBackTokens, retries } = fallback ?? {};
  return JSON.stringify({ ...rest, coalesceMs, strategy, holdBackTokens, ...(retries !== 0 && { retries }) });
};

it.each([...SITUATIONS, ...RETRIES])(
  '$what',
  async ({ what, command, coalesceMs, onceAsked, on, givenUp = [], isAlone, ...scripts }) => {
    const gates = [gate()];
    const scene = stage.begin(isAlone === true ? ['openai'] : ['openai', 'anthropic'], {
      openai: scripts.openai(gates),
      anthropic: scripts.anthropic?.(gates) ?? [],
    });
    const events = scene.gateway.complete(callerWith(), commandWith(command), coalesceMs);
    const told: string[] = [];
    const hand: Hand = {
      scene,
      gates,
      leave: () => {
        told.push('<left>');
        void events.return?.();
      },
    };
    const acted = (async () => {
      if (onceAsked === undefined) return;
      for (const each of onceAsked.who) await scene.asked(each);
      onceAsked.act(hand);
    })();
    let seen = 0;
    for (;;) {
      const { done, value } = await events.next();
      if (done === true) break;
      // The row of the ledger says the same.
      const { record: _, ...rest } = { record: undefined, ...value };
      told.push(countsText(rest));
      if (value.type === on?.type && ++seen === (on.n ?? 1)) on.act(hand);
    }
    await acted;
    for (const each of givenUp) await stage.upstream.closedByClient(await scene.asked(each));
    const rows = await scene.rowsText();
    await expectTrace(stage, `gateway-${what}`, [
      askedText(command, coalesceMs),
      scene.providersText(),
      ...givenUp.map((each) => `given up: the call to ${each}`),
      `events:\n${told.join('\n')}`,
      `ledger:\n${rows}`,
    ]);
  },
);
