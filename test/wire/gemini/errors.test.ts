import { describe, expect, test } from 'vitest';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';

const codec = createGeminiCodec();
const decode = (status: number, word: string, message: string, details: readonly object[] = []) =>
  codec.decodeError(status, {}, JSON.stringify({ error: { code: status, message, status: word, details } }));

const quota = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId }],
});
const retryInfo = (retryDelay: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});

describe('errors', () => {
  test.each([
    [429, 'RESOURCE_EXHAUSTED', 'Quota', [quota('RequestsPerMinutePerProject')], 'RATE_LIMITED', 'HERE'],
    [429, 'RESOURCE_EXHAUSTED', 'Quota', [], 'RATE_LIMITED', 'HERE'],
    [
      429,
      'RESOURCE_EXHAUSTED',
      'Quota',
      [quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier')],
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [402, 'UNKNOWN', 'Pay', [], 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [
      400,
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      [],
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [503, 'UNAVAILABLE', 'The model is overloaded.', [], 'OVERLOADED', 'HERE'],
    [
      400,
      'INVALID_ARGUMENT',
      'API key not valid. Please pass a valid API key.',
      [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
      'AUTHENTICATION',
      'ELSEWHERE',
    ],
    [403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.', [], 'AUTHENTICATION', 'ELSEWHERE'],
    [403, 'PERMISSION_DENIED', 'Denied', [], 'PERMISSION', 'ELSEWHERE'],
    [400, 'FAILED_PRECONDITION', 'User location is not supported', [], 'PERMISSION', 'ELSEWHERE'],
    [404, 'NOT_FOUND', 'models/x is not found', [], 'MODEL_NOT_FOUND', 'ELSEWHERE'],
    [400, 'INVALID_ARGUMENT', 'Bad', [], 'INVALID_REQUEST', 'FINAL'],
    [500, 'INTERNAL', 'Oops', [], 'SERVER_ERROR', 'HERE'],
    [504, 'DEADLINE_EXCEEDED', 'Late', [], 'SERVER_ERROR', 'HERE'],
  ])('%i %s "%s" %j is %s, retry %s', (status, word, message, details, code, retry) => {
    expect(decode(status, word, message, details)).toMatchObject({
      code,
      retry,
      status,
      providerMessage: message,
    });
  });

  test('carry the wait that the body asks for', () => {
    expect(decode(429, 'RESOURCE_EXHAUSTED', 'Quota', [retryInfo('34.4s')]).retryAfterMs).toBe(34_400);
    expect(decode(429, 'RESOURCE_EXHAUSTED', 'Quota', [retryInfo('soon')]).retryAfterMs).toBeUndefined();
  });

  test.each([
    [502, '', 'SERVER_ERROR', undefined],
    [
      404,
      '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>',
      'MODEL_NOT_FOUND',
      '(a web page titled "Error 404 (Not Found)!!1")',
    ],
    [429, '[{"error":{"code":429,"message":"Busy","status":"RESOURCE_EXHAUSTED"}}]', 'RATE_LIMITED', 'Busy'],
    [400, '{"error":"odd"}', 'INVALID_REQUEST', 'odd'],
    [500, '[]', 'SERVER_ERROR', '[]'],
  ])('of any body are understood: %i %s', (status, body, code, providerMessage) => {
    const failure = codec.decodeError(status, {}, body);
    expect(failure.code).toBe(code);
    expect(failure.providerMessage).toBe(providerMessage);
  });
});
