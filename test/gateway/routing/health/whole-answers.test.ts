import { expect, it } from 'vitest';
import { attemptOf, startNode, TALKER } from './nodes.ts';

const LATE_AFTER_MS = 4_000;

/** Calls one after another that are overtaken once they are late. */
const overtaken = (node: ReturnType<typeof startNode>, times: number, operatorMs?: number): void => {
  for (let time = 0; time < times; time += 1) {
    const watch = node.availability.began('WHOLE', operatorMs);
    node.clock.advance(LATE_AFTER_MS);
    watch.ended({ ...attemptOf(TALKER, 'LOST'), durationMs: LATE_AFTER_MS }, true);
  }
};
const answered = (node: ReturnType<typeof startNode>, tookMs: number): void => {
  const watch = node.availability.began('WHOLE');
  node.clock.advance(tookMs);
  watch.ended({ ...attemptOf(TALKER, 'SUCCEEDED'), durationMs: tookMs });
};

it('whole answers that are overtaken once they are late put their offering behind those that are well', () => {
  const node = startNode();
  const look = (): void => {
    node.clock.advance(25);
    node.board.refresh();
  };
  overtaken(node, 2);
  look();
  expect(node.pulse.isSuspect).toBe(false);
  overtaken(node, 1);
  look();
  expect(node.pulse.isSuspect).toBe(true);
  answered(node, 500);
  expect(node.pulse.isSuspect).toBe(false);
});

it('they open its breaker where the operator wants an answer sooner, and nothing is known of it', () => {
  const asked = startNode();
  overtaken(asked, 5);
  expect(asked.availability.state()).toBe('CLOSED');
  const wanted = startNode();
  overtaken(wanted, 5, LATE_AFTER_MS);
  expect(wanted.availability.state()).toBe('OPEN');
});

it('one that took no longer than is in order there does not count as failed', () => {
  const node = startNode();
  for (let time = 0; time < 5; time += 1) answered(node, 20_000);
  overtaken(node, 5, LATE_AFTER_MS);
  expect(node.availability.state()).toBe('CLOSED');
});

it('an answer that lost to another in time says nothing', () => {
  const node = startNode();
  for (let time = 0; time < 6; time += 1) {
    const watch = node.availability.began('WHOLE', 1_000);
    watch.ended({ ...attemptOf(TALKER, 'LOST'), durationMs: LATE_AFTER_MS });
  }
  expect([node.availability.state(), node.pulse.isSuspect]).toEqual(['CLOSED', false]);
});

it('whole answers that are waited for far longer than usual make it suspect, until one comes', () => {
  const node = startNode();
  for (let time = 0; time < 5; time += 1) answered(node, 2_000);
  for (let time = 0; time < 3; time += 1) node.availability.began('WHOLE');
  node.clock.advance(3_000);
  node.board.refresh();
  expect(node.pulse.isSuspect).toBe(false);
  node.clock.advance(2_000);
  node.board.refresh();
  expect(node.pulse.isSuspect).toBe(true);
  answered(node, 100);
  expect(node.pulse.isSuspect).toBe(false);
});
