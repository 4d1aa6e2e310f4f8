import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAILURE_CODES } from '../../src/domain/failure.ts';
import { fold } from '../wire/fold.ts';
import { CORPORA } from './dialect-corpus.ts';
import { holds } from './fuzz.ts';
import { changedJson, strangeText } from './strange-json.ts';

const MAX_WAIT_MS = 31 * 86_400_000;

describe.each(CORPORA)('a whole answer of $dialect', ({ codec, answers, answerEnd }) => {
  test('ends once and in order, however it is changed, and is no success without its reason', () => {
    holds(300, changedJson(answers), (body) => {
      const events = codec.decodeAnswer(body);
      const { end, usage } = fold(events.filter(({ type }) => type !== 'answering'));
      if (end.type === 'failed') expect(FAILURE_CODES).toContain(end.failure.code);
      else expect(answerEnd.test(body)).toBe(true);
      for (const [name, count] of Object.entries(usage ?? {}))
        if (typeof count === 'number') expect(Number.isSafeInteger(count) && count >= 0, name).toBe(true);
    });
  });

  test('is a failure wherever it is cut', () => {
    for (const answer of answers.slice(0, 4)) {
      const body = JSON.stringify(answer);
      for (let at = 0; at < body.length; at += 1 + Math.floor(body.length / 200))
        expect(codec.decodeAnswer(body.slice(0, at)).at(-1)?.type, `cut at ${at}`).toBe('failed');
    }
  });

  test('that is an error is one of the known failures, whatever it holds', () => {
    const errors = [
      { error: { message: 'x', type: 'invalid_request_error', code: 'y', param: null } },
      { error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '3s' }] } },
      { error: { message: 'x', metadata: { retry_after: 5, headers: { 'Retry-After': '7' } } } },
      { type: 'error', error: { type: 'overloaded_error', message: 'x' }, request_id: 'r' },
      { detail: [{ loc: ['body'], msg: 'x' }] },
      { message: 'x', code: '1301', errors: ['a'] },
    ];
    const wait = fc.oneof(
      fc.constantFrom('', '-1', '1e999', '999999999999999', '9'.repeat(40), '0x10', '\ud800', 'NaN', '1,2'),
      fc.constantFrom('PT1H', 'P1D', '1m', '6m0s', '99999999999h', 'Fri, 31 Dec 9999 23:59:59 GMT', '5; x'),
      fc.string({ maxLength: 20 }),
      fc.integer().map(String),
      fc.double().map(String),
    );
    const names = [
      'retry-after',
      'retry-after-ms',
      'x-ms-retry-after-ms',
      'x-ratelimit-reset',
      'x-request-id',
    ];
    const drawn = fc.record({
      status: fc.oneof(
        fc.constantFrom(400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 529),
        fc.integer({ min: 300, max: 999 }),
      ),
      headers: fc.dictionary(fc.constantFrom(...names), wait),
      body: fc.oneof(changedJson(errors), strangeText(), fc.string({ unit: 'binary', maxLength: 50 })),
    });
    holds(400, drawn, ({ status, headers, body }) => {
      const { code, message, retryAfterMs, ...failure } = codec.decodeError(status, headers, body);
      expect(FAILURE_CODES).toContain(code);
      expect(message).not.toBe('');
      expect(failure.status).toBe(status);
      if (retryAfterMs !== undefined)
        expect(retryAfterMs >= 0 && retryAfterMs <= MAX_WAIT_MS, `waits ${retryAfterMs}`).toBe(true);
    });
  });
});
