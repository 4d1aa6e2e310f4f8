import { describe, expect, test } from 'vitest';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';

const codec = createOpenAiCodec({});
const decode = (status: number, error: unknown, headers: { [name: string]: string } = {}) =>
  codec.decodeError(status, headers, typeof error === 'string' ? error : JSON.stringify({ error }));

describe('errors', () => {
  test.each([
    [
      429,
      { code: 'rate_limit_exceeded', type: 'requests', message: 'Rate limit reached' },
      'RATE_LIMITED',
      'HERE',
    ],
    [429, { code: 'slow_down', message: 'Slow down' }, 'RATE_LIMITED', 'HERE'],
    [429, { message: 'Too many' }, 'RATE_LIMITED', 'HERE'],
    [
      429,
      {
        type: 'insufficient_quota',
        code: 'insufficient_quota',
        message: 'You exceeded your current quota, please check your plan and billing details.',
      },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [429, { type: 'insufficient_quota', code: 'credit_balance_exhausted' }, 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [429, { code: 'project_spend_limit_exceeded' }, 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [402, { message: 'Insufficient Balance' }, 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [403, { code: 'insufficient_user_quota', message: 'quota used up' }, 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [400, { code: 'context_length_exceeded', message: 'Too long' }, 'CONTEXT_LENGTH_EXCEEDED', 'ELSEWHERE'],
    [
      400,
      { message: "This model's maximum context length is 4096 tokens." },
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [413, { message: 'Payload too large' }, 'CONTEXT_LENGTH_EXCEEDED', 'ELSEWHERE'],
    [413, { code: 'rate_limit_exceeded', message: 'Request too large' }, 'RATE_LIMITED', 'ELSEWHERE'],
    [400, { code: 'content_filter', message: 'Filtered' }, 'CONTENT_FILTERED', 'FINAL'],
    [
      403,
      { code: 403, message: 'Flagged', metadata: { reasons: ['violence'] } },
      'CONTENT_FILTERED',
      'FINAL',
    ],
    [503, { code: 'server_is_overloaded' }, 'OVERLOADED', 'HERE'],
    [503, {}, 'OVERLOADED', 'HERE'],
    [498, { code: 'capacity_exceeded' }, 'OVERLOADED', 'HERE'],
    [401, { code: 'invalid_api_key', message: 'Incorrect API key provided' }, 'AUTHENTICATION', 'ELSEWHERE'],
    [401, {}, 'AUTHENTICATION', 'ELSEWHERE'],
    [403, { code: 'unsupported_country_region_territory' }, 'PERMISSION', 'ELSEWHERE'],
    [404, { code: 'model_not_found' }, 'MODEL_NOT_FOUND', 'ELSEWHERE'],
    [404, { code: 'DeploymentNotFound' }, 'MODEL_NOT_FOUND', 'ELSEWHERE'],
    [400, { code: 'model_not_found' }, 'MODEL_NOT_FOUND', 'ELSEWHERE'],
    [400, { code: 400, message: 'foo/bar is not a valid model ID' }, 'MODEL_NOT_FOUND', 'ELSEWHERE'],
    [400, { code: null, type: 'invalid_request_error', message: 'Bad' }, 'INVALID_REQUEST', 'FINAL'],
    [422, { message: 'Unprocessable' }, 'INVALID_REQUEST', 'FINAL'],
    [500, { message: 'Oops' }, 'SERVER_ERROR', 'HERE'],
    [502, { code: 502, message: 'Provider returned error' }, 'SERVER_ERROR', 'HERE'],
    [504, {}, 'SERVER_ERROR', 'HERE'],
    [408, {}, 'SERVER_ERROR', 'HERE'],
  ])('%i %j is %s, retry %s', (status, error, code, retry) => {
    expect(decode(status, error)).toMatchObject({ code, retry, status });
  });

  test.each([
    [
      'Azure: rate of tokens',
      429,
      {
        code: '429',
        message:
          'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-06-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 6 seconds.',
      },
      'RATE_LIMITED',
      'HERE',
    ],
    [
      'Azure: call volume',
      403,
      { code: '403', message: 'Out of call volume quota. Quota will be replenished in 10:00:00.' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    ['Azure: blocked', 403, { code: 'Blocked', message: 'Blocked' }, 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [
      'Azure: filter',
      400,
      {
        code: 'content_filter',
        status: 400,
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content policy.",
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
      'CONTENT_FILTERED',
      'FINAL',
    ],
    [
      'Azure: key',
      401,
      { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' },
      'AUTHENTICATION',
      'ELSEWHERE',
    ],
    ['Azure: no capacity', 429, { code: 'NoCapacity', message: 'No capacity' }, 'OVERLOADED', 'HERE'],
    [
      'OpenAI: prompt that violates the policy',
      400,
      {
        code: 'invalid_prompt',
        message: 'Your prompt was flagged as potentially violating our usage policy. Please try again.',
      },
      'CONTENT_FILTERED',
      'FINAL',
    ],
    ['OpenAI: slow down', 503, { code: 'slow_down', message: 'Slow down' }, 'RATE_LIMITED', 'HERE'],
    [
      'OpenRouter: credits',
      402,
      { code: 402, message: 'This request requires more credits, or fewer max_tokens.' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [
      'OpenRouter: rate behind it',
      429,
      {
        code: 429,
        message: 'Provider returned error',
        metadata: { provider_name: 'Venice', raw: 'rate-limited upstream' },
      },
      'RATE_LIMITED',
      'HERE',
    ],
    [
      'OpenRouter: context',
      400,
      { code: 400, message: "This endpoint's maximum context length is 8192 tokens." },
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [
      'OpenRouter: nobody serves it',
      404,
      { code: 404, message: 'No endpoints found for x/y.' },
      'MODEL_NOT_FOUND',
      'ELSEWHERE',
    ],
    ['OpenRouter: down', 502, { code: 502, message: 'Provider returned error' }, 'SERVER_ERROR', 'HERE'],
    ['OpenRouter: nobody', 503, { code: 503, message: 'No instances' }, 'OVERLOADED', 'HERE'],
    [
      'Groq: model that is gone',
      400,
      { code: 'model_decommissioned', message: 'The model has been decommissioned' },
      'MODEL_NOT_FOUND',
      'ELSEWHERE',
    ],
    [
      'Groq: a call that the model spoiled',
      400,
      { code: 'tool_use_failed', message: 'Failed to call a function.', failed_generation: '<function=' },
      'SERVER_ERROR',
      'HERE',
    ],
    ['Groq: JSON that the model spoiled', 400, { code: 'json_validate_failed' }, 'SERVER_ERROR', 'HERE'],
    [
      'DeepSeek: balance',
      402,
      { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [
      'Perplexity: a model that is not there',
      400,
      {
        code: 400,
        type: 'invalid_request',
        message: 'validation failed: model "sonar-pro" is not supported',
      },
      'MODEL_NOT_FOUND',
      'ELSEWHERE',
    ],
    [
      'a parameter that a model does not take',
      400,
      { message: "Unsupported parameter: 'temperature' is not supported with this model." },
      'INVALID_REQUEST',
      'FINAL',
    ],
    ['DeepSeek: overloaded', 503, { message: 'Service busy' }, 'OVERLOADED', 'HERE'],
    ['DeepSeek: parameters', 422, { message: 'Invalid parameters' }, 'INVALID_REQUEST', 'FINAL'],
    ['Mistral: payment', 402, { message: 'Check your subscription' }, 'QUOTA_EXHAUSTED', 'ELSEWHERE'],
    [
      'Mistral: context',
      400,
      { message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length' },
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [
      'Mistral: capacity',
      429,
      { type: 'service_tier_capacity_exceeded', message: 'Service tier capacity exceeded', code: '3505' },
      'OVERLOADED',
      'HERE',
    ],
    [
      'Mistral: model',
      400,
      { type: 'invalid_model', message: 'Invalid model: mistral-foo', code: '1500' },
      'MODEL_NOT_FOUND',
      'ELSEWHERE',
    ],
    [
      'DashScope: arrears',
      400,
      { code: 'Arrearage', message: 'Access denied' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [
      'DashScope: filter',
      400,
      { code: 'data_inspection_failed', message: 'Input data may contain inappropriate content.' },
      'CONTENT_FILTERED',
      'FINAL',
    ],
    [
      'DashScope: context',
      400,
      {
        code: 'invalid_parameter_error',
        message: '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]',
      },
      'CONTEXT_LENGTH_EXCEEDED',
      'ELSEWHERE',
    ],
    [
      'Zhipu: balance',
      429,
      { code: '1113', message: '您的账户已欠费,请充值后重试。' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    ['Zhipu: rate', 429, { code: '1302', message: '您当前使用该API的并发数过高' }, 'RATE_LIMITED', 'HERE'],
    [
      'Zhipu: filter',
      400,
      { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' },
      'CONTENT_FILTERED',
      'FINAL',
    ],
    [
      'Volcengine: arrears',
      403,
      { code: 'AccountOverdueError', type: 'Forbidden' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
    [
      'Volcengine: filter',
      400,
      { code: 'InputTextSensitiveContentDetected', type: 'BadRequest' },
      'CONTENT_FILTERED',
      'FINAL',
    ],
    [
      'a relay: quota',
      403,
      { code: 'insufficient_user_quota', message: '用户额度不足' },
      'QUOTA_EXHAUSTED',
      'ELSEWHERE',
    ],
  ])('of %s', (_name, status, error, code, retry) => {
    expect(decode(status, error)).toMatchObject({ code, retry, status });
  });

  test.each([
    [1002, 'RATE_LIMITED'],
    [1004, 'AUTHENTICATION'],
    [1008, 'QUOTA_EXHAUSTED'],
    [1027, 'CONTENT_FILTERED'],
    [2013, 'INVALID_REQUEST'],
    [1000, 'SERVER_ERROR'],
  ])('of MiniMax come with status 200 and a number of its own: %i is %s', (status_code, code) => {
    const base_resp = { status_code, status_msg: 'in its words' };
    const [event, ...more] = codec.decodeAnswer(JSON.stringify({ choices: null, base_resp }));
    expect(event).toMatchObject({
      type: 'failed',
      failure: { code, providerCode: String(status_code), providerMessage: 'in its words' },
    });
    expect(more).toEqual([]);
  });

  test('of MiniMax are not seen in a success', () => {
    const choices = [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }];
    const base_resp = { status_code: 0, status_msg: '' };
    expect(codec.decodeAnswer(JSON.stringify({ choices, base_resp })).at(-1)).toMatchObject({
      type: 'completed',
    });
  });

  test('say what the provider says', () => {
    expect(
      decode(
        429,
        { message: 'Busy', code: 429, metadata: { raw: 'upstream is busy' } },
        { 'x-request-id': 'r-1' },
      ),
    ).toEqual({
      code: 'RATE_LIMITED',
      message: expect.stringContaining('Busy: upstream is busy'),
      retry: 'HERE',
      status: 429,
      providerCode: '429',
      providerMessage: 'Busy: upstream is busy',
      providerRequestId: 'r-1',
    });
    expect(decode(400, { message: 'x'.repeat(5_000) }).providerMessage).toHaveLength(2_001);
  });

  test.each([
    ['seconds', { 'retry-after': '20' }, 20_000],
    ['fractions', { 'retry-after': '1.5' }, 1_500],
    ['milliseconds, which are finer', { 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [
      'a date',
      { 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT', date: 'Mon, 23 Nov 2026 10:00:00 GMT' },
      30_000,
    ],
    [
      'a date that is past',
      { 'retry-after': 'Mon, 23 Nov 2026 10:00:00 GMT', date: 'Mon, 23 Nov 2026 10:00:30 GMT' },
      0,
    ],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
  ])('say how long to wait in %s', (_name, headers, expected) => {
    expect(decode(429, {}, headers).retryAfterMs).toBe(expected);
  });

  test.each([
    ['Limit reached. Please try again in 11.054s. Visit us.', 11_054],
    ['Please try again in 250ms.', 250],
    ['Please try again in 1m2.5s.', 62_500],
    ['Please try again in 6h0m0s.', 21_600_000],
    ['Please retry after 6 seconds.', 6_000],
    ['Please try again in a moment.', undefined],
    ['Please try again in 5 minutes', 300_000],
    ['Please try again in 250 milliseconds', 250],
    ['Please try again in 2 hours', 7_200_000],
  ])('say how long to wait in words: %s', (message, expected) => {
    expect(decode(429, { message }).retryAfterMs).toBe(expected);
    expect(decode(429, { message }, { 'retry-after': '1' }).retryAfterMs).toBe(1_000);
    expect(decode(500, { message }).retryAfterMs).toBeUndefined();
  });

  test('honour x-should-retry', () => {
    expect(decode(500, {}, { 'x-should-retry': 'false' }).retry).toBe('ELSEWHERE');
    expect(decode(409, {}, { 'x-should-retry': 'true' }).retry).toBe('HERE');
    expect(decode(400, {}, { 'x-should-retry': 'false' }).retry).toBe('FINAL');
  });

  test.each([
    [502, '', 'SERVER_ERROR', undefined],
    [
      502,
      '<html><head><title>502 Bad Gateway</title></head></html>',
      'SERVER_ERROR',
      '(a web page titled "502 Bad Gateway")',
    ],
    [503, 'upstream connect error', 'OVERLOADED', 'upstream connect error'],
    [404, '404 page not found', 'MODEL_NOT_FOUND', '404 page not found'],
    [429, '{"error":"Rate limit"}', 'RATE_LIMITED', 'Rate limit'],
    [422, '{"detail":[{"msg":"field required"}]}', 'INVALID_REQUEST', '[{"msg":"field required"}]'],
    [401, '{"detail":"Unauthorized"}', 'AUTHENTICATION', 'Unauthorized'],
    [
      400,
      '{"object":"error","message":"No such","type":"BadRequestError","code":400}',
      'INVALID_REQUEST',
      'No such',
    ],
    [429, '[{"error":{"code":429,"message":"Busy","status":"RESOURCE_EXHAUSTED"}}]', 'RATE_LIMITED', 'Busy'],
    [500, 'null', 'SERVER_ERROR', 'null'],
    [302, '', 'SERVER_ERROR', undefined],
  ])('of any body are understood: %i %s', (status, body, code, providerMessage) => {
    const failure = codec.decodeError(status, {}, body);
    expect(failure.code).toBe(code);
    expect(failure.providerMessage).toBe(providerMessage);
  });
});
