import { describe, expect, it } from 'vitest';
import { DEFAULT_BREAKER } from '../../../../src/domain/route.ts';
import type { CallWatch } from '../../../../src/gateway/routing/health/availability.ts';
import { attemptOf, startNode, TALKER } from './nodes.ts';

/** A node whose calls got their first token after 400 to 800 ms, more or less evenly. */
const usual = () => {
  const node = startNode();
  for (let time = 0; time < 41; time += 1) {
    const ttftMs = 400 + time * 10;
    node.call('SUCCEEDED', { ttftMs, durationMs: ttftMs });
  }
  const send = (calls: number): readonly CallWatch[] =>
    Array.from({ length: calls }, () => node.availability.began('STREAMED'));
  const suspectAfter = (ms: number): boolean => {
    node.clock.advance(ms);
    node.board.refresh();
    return node.pulse.isSuspect;
  };
  return { ...node, send, suspectAfter };
};

describe('an offering is suspected', () => {
  it('where three calls wait for longer than nearly all do, and not before', () => {
    const { send, suspectAfter } = usual();
    send(3);
    expect(suspectAfter(700)).toBe(false);
    expect(suspectAfter(90)).toBe(true);
  });

  it('where many wait for longer than half of the calls do', () => {
    const { send, suspectAfter } = usual();
    send(40);
    expect(suspectAfter(500)).toBe(false);
    expect(suspectAfter(120)).toBe(true);
  });

  it.each([1, 2])('never for the sake of %i that wait', (calls) => {
    const { send, suspectAfter } = usual();
    send(calls);
    expect(suspectAfter(60_000)).toBe(false);
  });

  it('not for calls that a later one overtook', () => {
    const { send, suspectAfter, availability } = usual();
    send(20);
    availability.began('STREAMED').firstToken(100);
    expect(suspectAfter(60_000)).toBe(false);
  });

  it('not while calls of before still get their first tokens late, but for those that were sent since', () => {
    const { send, suspectAfter } = usual();
    const [before] = send(1);
    send(3);
    expect(suspectAfter(790)).toBe(true);
    before?.firstToken(790);
    expect(suspectAfter(0)).toBe(true);
  });

  it('where three in a row fail, long before its breaker opens; one that was answered starts anew', () => {
    const { call, pulse, availability } = usual();
    for (const _ of [1, 2]) call('SERVER_ERROR', { durationMs: 20 });
    call('SUCCEEDED', { ttftMs: 500, durationMs: 900 });
    for (const _ of [1, 2]) call('SERVER_ERROR', { durationMs: 20 });
    expect(pulse.isSuspect).toBe(false);
    call('SERVER_ERROR', { durationMs: 20 });
    expect([pulse.isSuspect, availability.state()]).toEqual([true, 'CLOSED']);
  });

  it.each(['RATE_LIMITED', 'INVALID_REQUEST', 'CONTENT_FILTERED'] as const)('not for %s', (code) => {
    const { call, pulse } = usual();
    for (const _ of [1, 2, 3, 4]) call(code, { durationMs: 20 });
    expect(pulse.isSuspect).toBe(false);
  });

  it('where three were given up after a long wait, as losers of a race are, and not where they were soon', () => {
    const { send, clock, suspectAfter } = usual();
    const giveUpAfter = (ms: number): void => {
      const watches = send(3);
      clock.advance(ms);
      for (const watch of watches) watch.ended(attemptOf(TALKER, 'LOST', { durationMs: ms }));
    };
    giveUpAfter(300);
    expect(suspectAfter(30)).toBe(false);
    giveUpAfter(900);
    expect(suspectAfter(30)).toBe(true);
    expect(suspectAfter(60_000)).toBe(false);
  });

  it('after two seconds where nothing is known of it', () => {
    const { board, availability, pulse, clock } = startNode();
    for (const _ of [1, 2, 3]) availability.began('STREAMED');
    clock.advance(1_990);
    board.refresh();
    expect(pulse.isSuspect).toBe(false);
    clock.advance(30);
    board.refresh();
    expect(pulse.isSuspect).toBe(true);
  });

  it('where first tokens take ten times longer than usual, until one comes as it did', () => {
    const { call, send, suspectAfter } = usual();
    for (const _ of [1, 2]) call('SUCCEEDED', { ttftMs: 6_000, durationMs: 6_100 });
    expect(suspectAfter(30)).toBe(false);
    call('SUCCEEDED', { ttftMs: 6_000, durationMs: 6_100 });
    expect(suspectAfter(30)).toBe(true);
    expect(suspectAfter(4_900)).toBe(true);
    // One call is let through to try it.
    expect(suspectAfter(100)).toBe(false);
    const [trial] = send(1);
    expect(suspectAfter(30)).toBe(true);
    trial?.firstToken(600);
    expect(suspectAfter(30)).toBe(false);
  });

  it('not for what this process did not read while it was at work itself', () => {
    let busyMs = 0;
    const { availability, board, clock, pulse } = startNode({ busyMs: () => busyMs });
    for (const _ of [1, 2, 3]) availability.began('STREAMED');
    clock.advance(2_100);
    busyMs += 2_100;
    board.refresh();
    expect(pulse.isSuspect).toBe(false);
    clock.advance(1_100);
    board.refresh();
    expect(pulse.isSuspect).toBe(true);
  });

  it('not for first tokens that all come late of late', () => {
    const { call, send, suspectAfter } = usual();
    for (let time = 0; time < 20; time += 1) call('SUCCEEDED', { ttftMs: 4_000, durationMs: 4_100 });
    send(3);
    expect(suspectAfter(2_000)).toBe(false);
  });
});

describe('a suspect', () => {
  const suspected = () => {
    const node = usual();
    node.send(3);
    expect(node.suspectAfter(2_000)).toBe(true);
    return node;
  };

  it('is none any more with the first token of a later call', () => {
    const { availability, pulse } = suspected();
    availability.began('STREAMED').firstToken(100);
    expect(pulse.isSuspect).toBe(false);
  });

  it('is held for well for one call after 5 s, the next after 10 s more, and so on', () => {
    const { send, pulse, suspectAfter } = suspected();
    expect(suspectAfter(4_990)).toBe(true);
    expect(suspectAfter(30)).toBe(false);
    send(1);
    expect(pulse.isSuspect).toBe(true);
    expect(suspectAfter(9_990)).toBe(true);
    expect(suspectAfter(30)).toBe(false);
    send(1);
    expect(suspectAfter(19_990)).toBe(true);
  });

  it('is one until it answers, however few calls try it', () => {
    const { call, send, clock, pulse, suspectAfter } = usual();
    for (const _ of [1, 2, 3]) call('SERVER_ERROR', { durationMs: 20 });
    for (const ms of [5_010, 10_010, 20_010]) {
      clock.advance(ms);
      call('SERVER_ERROR', { durationMs: 20 });
      expect(pulse.isSuspect).toBe(true);
    }
    expect(suspectAfter(30_000)).toBe(true);
    expect(suspectAfter(10_010)).toBe(false);
    send(1);
    expect(pulse.isSuspect).toBe(true);
  });

  it('leaves it to its availability what comes of its calls', () => {
    const { board, availability, clock, send } = usual();
    const watches = send(5);
    clock.advance(120_000);
    for (const watch of watches) {
      expect(availability.state()).toBe('CLOSED');
      watch.ended(attemptOf(TALKER, 'TIMEOUT', { durationMs: 120_000 }));
    }
    expect(board.availabilityOf(TALKER, DEFAULT_BREAKER).state()).toBe('OPEN');
  });
});
