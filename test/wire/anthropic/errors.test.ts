import { describe, expect, test } from 'vitest';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';

const codec = createAnthropicCodec();
const decode = (status: number, type: string, message: string, headers: { [name: string]: string } = {}) =>
  codec.decodeError(status, headers, JSON.stringify({ type: 'error', error: { type, message } }));

describe('errors', () => {
  test.each([
    [429, 'rate_limit_error', 'This request would exceed your rate limit', 'RATE_LIMITED', 'HERE'],
    [402, 'billing_error', 'Pay', 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [
      400,
      'invalid_request_error',
      'You have reached your specified API usage limits. You will regain access on 2026-12-01.',
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [
      400,
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API.',
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000',
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'CONTEXT_LENGTH_EXCEEDED', 'ELSEWHERE'],
    [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'CONTENT_FILTERED', 'FINAL'],
    [529, 'overloaded_error', 'Overloaded', 'OVERLOADED', 'HERE'],
    [401, 'authentication_error', 'invalid x-api-key', 'AUTHENTICATION', 'ELSEWHERE'],
    [403, 'permission_error', 'Not allowed', 'PERMISSION', 'ELSEWHERE'],
    [404, 'not_found_error', 'model: claude-9', 'MODEL_NOT_FOUND', 'ELSEWHERE'],
    [400, 'invalid_request_error', 'messages: at least one message is required', 'INVALID_REQUEST', 'FINAL'],
    [500, 'api_error', 'Internal server error', 'SERVER_ERROR', 'HERE'],
    [504, 'timeout_error', 'Timed out', 'SERVER_ERROR', 'HERE'],
  ])('%i %s "%s" is %s, retry %s', (status, type, message, code, retry) => {
    expect(decode(status, type, message)).toMatchObject({
      code,
      retry,
      status,
      providerCode: type,
      providerMessage: message,
    });
  });

  test('carry the wait, the hint and the id', () => {
    expect(
      decode(429, 'rate_limit_error', 'Slow', {
        'retry-after': '7',
        'x-should-retry': 'false',
        'request-id': 'req_1',
      }),
    ).toMatchObject({ retryAfterMs: 7_000, retry: 'ELSEWHERE', providerRequestId: 'req_1' });
    const body = JSON.stringify({ type: 'error', error: { type: 'api_error' }, request_id: 'req_2' });
    expect(codec.decodeError(500, {}, body).providerRequestId).toBe('req_2');
  });

  test.each([
    [529, '', 'OVERLOADED', undefined],
    [502, '<html><title>Bad gateway</title></html>', 'SERVER_ERROR', '(a web page titled "Bad gateway")'],
    [401, '{"error":"no key"}', 'AUTHENTICATION', 'no key'],
    [400, '{"message":"odd"}', 'INVALID_REQUEST', 'odd'],
    [500, 'null', 'SERVER_ERROR', 'null'],
  ])('of any body are understood: %i %s', (status, body, code, providerMessage) => {
    const failure = codec.decodeError(status, {}, body);
    expect(failure.code).toBe(code);
    expect(failure.providerMessage).toBe(providerMessage);
  });
});

describe('errors on Vertex', () => {
  const vertex = createAnthropicCodec('vertex');

  test("are in Google's words or in Anthropic's", () => {
    const quota = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded' } };
    for (const body of [quota, [quota]])
      expect(vertex.decodeError(429, {}, JSON.stringify(body))).toMatchObject({
        code: 'RATE_LIMITED',
        providerCode: 'RESOURCE_EXHAUSTED',
        providerMessage: 'Quota exceeded',
      });
    const own = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' },
    };
    expect(vertex.decodeError(400, {}, JSON.stringify(own)).code).toBe('CONTEXT_LENGTH_EXCEEDED');
  });
});
