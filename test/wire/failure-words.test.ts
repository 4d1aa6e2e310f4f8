import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../src/domain/failure.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import { createGeminiCodec } from '../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { type Phrase, TOO_LONG } from './too-long-phrases.ts';

const openai = createOpenAiCodec({});
const anthropic = createAnthropicCodec();

const bodyOf = ([, , error, form]: Phrase): string => JSON.stringify(form === 'BARE' ? error : { error });

describe('a prompt that is too long', () => {
  it.each(TOO_LONG.map((phrase) => ({ server: phrase[0], phrase })))(
    'is CONTEXT_LENGTH_EXCEEDED in the words of $server',
    ({ phrase }) => {
      const failure = openai.decodeError(phrase[1], {}, bodyOf(phrase));
      expect(failure).toMatchObject({ code: 'CONTEXT_LENGTH_EXCEEDED', retry: 'ELSEWHERE' });
    },
  );

  it.each([
    '<html><head><title>400 Bad Request</title></head><body><p>Prompt is too long: the maximum context length is 8192 tokens</p></body></html>',
    '<!DOCTYPE html><title>Error</title><h1>输入长度超过模型最大限制</h1>',
    JSON.stringify({ error: { error: { message: 'Range of input length should be [1, 6000]' } } }),
    JSON.stringify({ errors: ['prompt is too long'] }),
    JSON.stringify({
      success: false,
      errors: [
        {
          code: 5021,
          message:
            'AiError: The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (8192).',
        },
      ],
    }),
  ])('is seen wherever a relay puts the words: %s', (body) => {
    expect(openai.decodeError(400, {}, body).code).toBe('CONTEXT_LENGTH_EXCEEDED');
  });

  it('is not seen in the script of a web page', () => {
    const body = '<html><script>const m = "prompt is too long";</script><body>Bad request</body></html>';
    expect(openai.decodeError(400, {}, body).code).toBe('INVALID_REQUEST');
  });

  it('is seen in a number of MiniMax that stands for any wrong request', () => {
    const base_resp = { status_code: 2013, status_msg: 'invalid params, context window exceeds limit' };
    expect(openai.decodeAnswer(JSON.stringify({ base_resp, choices: null })).at(-1)).toMatchObject({
      failure: { code: 'CONTEXT_LENGTH_EXCEEDED', providerCode: '2013' },
    });
  });

  it.each([
    ['prompt is too long: 208310 tokens > 200000 maximum', 400],
    ['input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000', 400],
    ['Your request exceeded model token limit: 262144', 400],
    ['Prompt 超长', 400],
    ['prompt is too long: 208310 tokens > 200000 maximum', 500],
  ])("is seen in Anthropic's form: %s (%i)", (message, status) => {
    const body = JSON.stringify({
      type: 'error',
      error: { type: status === 400 ? 'invalid_request_error' : 'api_error', message },
    });
    expect(anthropic.decodeError(status, {}, body).code).toBe('CONTEXT_LENGTH_EXCEEDED');
  });

  it.each([
    'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
    'Unable to submit request because the input token count is 1100000 but model only supports up to 1048576.',
    'Request payload size exceeds the limit: 20971520 bytes.',
  ])("is seen in Google's form: %s", (message) => {
    const body = JSON.stringify({ error: { code: 400, status: 'INVALID_ARGUMENT', message } });
    expect(createGeminiCodec().decodeError(400, {}, body).code).toBe('CONTEXT_LENGTH_EXCEEDED');
  });
});

describe('a length of something else', () => {
  it.each([
    [
      'max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5',
    ],
    ['max_tokens is too large: 100000. This model supports at most 16384 completion tokens.'],
    ['messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes'],
    ["Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64."],
    ['Too many images in the request: at most 20 are allowed; length of the list is 21.'],
    ['Invalid stop: length of the list exceeds 4.'],
    ['thinking.budget_tokens: a maximum of 32000 tokens is supported.'],
    ['Number of function declarations exceeds 128.'],
    ['Image too large: the size of the content exceeds 20 MB.'],
    ['The batch size exceeds the limit of 10 inputs: length 20.'],
  ])('is INVALID_REQUEST, and worth another candidate: %s', (message) => {
    const failure = openai.decodeError(400, {}, JSON.stringify({ error: { message, code: null } }));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', retry: 'ELSEWHERE' });
  });

  it('is a limit of the rate where it is so many in a minute', () => {
    const message =
      'Request too large for gpt-4o in organization org on tokens per min (TPM): Limit 30000, Requested 40000.';
    expect(
      openai.decodeError(
        429,
        {},
        JSON.stringify({ error: { message, type: 'tokens', code: 'rate_limit_exceeded' } }),
      ),
    ).toMatchObject({ code: 'RATE_LIMITED', retry: 'ELSEWHERE' });
  });

  it.each([
    ["Missing required parameter: 'messages'."],
    ['messages: roles must alternate between "user" and "assistant"'],
    ['temperature must be between 0 and 2'],
    ['messages.1: `tool_use` ids were found without `tool_result` blocks immediately after'],
    ['A maximum of 4 blocks with cache_control may be provided. Found 5.'],
    ['This model does not support image inputs'],
    ['messages: text content blocks must contain non-whitespace text'],
    ['Input should be a valid dictionary or object to extract fields from'],
    ["Unsupported parameter: 'max_tokens' is not supported with this model."],
  ])('is not seen in: %s', (message) => {
    const failure = openai.decodeError(400, {}, JSON.stringify({ error: { message, code: null } }));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', retry: 'FINAL' });
  });
});

describe('Chinese words, numbers and odd statuses', () => {
  const CASES: readonly (readonly [FailureCode, number, object])[] = [
    ['QUOTA_EXHAUSTED', 429, { code: '1113', message: '余额不足或无可用资源包,请充值。' }],
    ['QUOTA_EXHAUSTED', 429, { code: '1308', message: '已达到 5 小时的使用上限' }],
    ['QUOTA_EXHAUSTED', 403, { code: 'pre_consume_token_quota_failed', message: '预扣费额度失败' }],
    ['QUOTA_EXHAUSTED', 400, { message: '该令牌额度已用尽' }],
    ['QUOTA_EXHAUSTED', 500, { message: '用户额度不足, 剩余额度: 0' }],
    [
      'QUOTA_EXHAUSTED',
      403,
      { code: 'AllocationQuota.FreeTierOnly', message: 'The free tier of the model has been exhausted.' },
    ],
    ['CONTENT_FILTERED', 400, { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' }],
    ['CONTENT_FILTERED', 500, { message: '内容安全审核不通过' }],
    [
      'CONTENT_FILTERED',
      403,
      { message: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO' },
    ],
    ['OVERLOADED', 429, { code: '1312', message: '该模型当前访问量过大,请您稍后再试' }],
    ['OVERLOADED', 500, { message: '当前分组上游负载已饱和，请稍后再试' }],
    ['OVERLOADED', 500, { message: '服务器繁忙' }],
    ['OVERLOADED', 500, { message: 'Service temporarily unavailable due to high load' }],
    ['QUOTA_EXHAUSTED', 429, { message: 'Monthly usage limit reached' }],
    ['QUOTA_EXHAUSTED', 403, { message: 'Your account balance is insufficient' }],
    ['CONTENT_FILTERED', 400, { message: 'The response was blocked by content moderation' }],
    ['CONTENT_FILTERED', 400, { message: '内容违反了使用规范' }],
    ['CONTENT_FILTERED', 451, {}],
    ['RATE_LIMITED', 500, { message: '上游请求数限制' }],
    ['RATE_LIMITED', 400, { message: '请求过于频繁，请稍后再试' }],
    ['RATE_LIMITED', 429, { code: '1302', message: '您当前使用该API的并发数过高' }],
    ['RATE_LIMITED', 400, { message: '请求频率超过限制' }],
    ['RATE_LIMITED', 500, { message: 'litellm.RateLimitError: rate limit exceeded' }],
    ['MODEL_NOT_FOUND', 503, { message: '当前分组 default 下对于模型 gpt-9 无可用渠道' }],
    ['MODEL_NOT_FOUND', 400, { code: '1211', message: '模型不存在，请检查模型代码。' }],
    ['AUTHENTICATION', 400, { message: '无效的令牌' }],
    ['AUTHENTICATION', 401, { message: '身份验证失败。' }],
    ['OVERLOADED', 503, { message: 'The model is not available at the moment.' }],
    ['QUOTA_EXHAUSTED', 401, { message: '该令牌额度已用尽' }],
    ['QUOTA_EXHAUSTED', 429, { message: '套餐用量已达上限' }],
    ['QUOTA_EXHAUSTED', 400, { message: '账户已停服，请充值' }],
    ['CONTENT_FILTERED', 400, { message: '内容被安全策略拦截' }],
    ['CONTENT_FILTERED', 400, { message: '涉及违禁内容' }],
    ['CONTENT_FILTERED', 400, { message: '输入内容未通过审核' }],
    ['OVERLOADED', 400, { message: '服务暂时不可用' }],
    ['OVERLOADED', 500, { message: '当前使用人数过多，请稍后再试' }],
    ['OVERLOADED', 500, { message: 'The system is under heavy load' }],
    ['RATE_LIMITED', 400, { message: '操作太频繁' }],
    ['RATE_LIMITED', 403, { message: '请求频率超限' }],
    ['PERMISSION', 403, { message: '请求的 IP 不符合安全策略' }],
    ['INVALID_REQUEST', 400, { message: '非法参数' }],
    ['INVALID_REQUEST', 400, { message: 'max_tokens 超过最大限制' }],
    ['SERVER_ERROR', 500, { message: 'Something broke' }],
  ];
  it.each(CASES)('mean %s with status %i: %j', (code, status, error) => {
    expect(openai.decodeError(status, {}, JSON.stringify({ error })).code).toBe(code);
  });

  it.each<readonly [FailureCode, object]>([
    ['QUOTA_EXHAUSTED', { code: 1113, msg: '您的账户已欠费', success: false }],
    ['CONTEXT_LENGTH_EXCEEDED', { error_code: 336103, error_msg: 'prompt tokens too long' }],
    ['RATE_LIMITED', { errcode: 429, errmsg: 'too many requests' }],
    ['OVERLOADED', { code: '1305', message: '当前API请求过多，请稍后重试。' }],
  ])('mean %s as the whole of an answer of status 200, and in a stream: %j', (code, body) => {
    const text = JSON.stringify(body);
    expect(openai.decodeAnswer(text).at(-1)).toMatchObject({ type: 'failed', failure: { code } });
    const streamed = openai.streamDecoder().push({ data: text });
    expect(streamed.at(-1)).toMatchObject({ type: 'failed', failure: { code } });
  });

  it('are read from an event that is a text alone', () => {
    const [event] = openai
      .streamDecoder()
      .push({ event: 'error', data: 'prompt is too long: 300000 tokens' });
    expect(event).toMatchObject({ failure: { code: 'CONTEXT_LENGTH_EXCEEDED' } });
  });

  it("mean the same in Anthropic's form", () => {
    for (const [code, status, error] of CASES.filter(([, status]) => [400, 403, 429, 500].includes(status)))
      expect(
        anthropic.decodeError(
          status,
          {},
          JSON.stringify({ type: 'error', error: { type: 'new_api_error', ...error } }),
        ).code,
        JSON.stringify(error),
      ).toBe(code);
  });
});
