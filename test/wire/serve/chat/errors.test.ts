import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { chatDialect } from '../../../../src/wire/serve/chat/dialect.ts';
import { type ClientErrorKind, STATUS_OF } from '../../../../src/wire/serve/client-error.ts';
import { serveScript } from './dialect-server.ts';
import { failing, text } from './scripted-answers.ts';

const body = { model: 'tell', messages: [{ role: 'user' as const, content: 'Tell.' }] };
const caught = async (asked: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await asked;
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
};

test.for([
  ['RATE_LIMITED', 429, OpenAI.RateLimitError, 'rate_limit_error', 'rate_limit_exceeded'],
  ['QUOTA_EXHAUSTED', 429, OpenAI.RateLimitError, 'insufficient_quota', 'insufficient_quota'],
  [
    'CONTEXT_LENGTH_EXCEEDED',
    400,
    OpenAI.BadRequestError,
    'invalid_request_error',
    'context_length_exceeded',
  ],
  ['CONTENT_FILTERED', 400, OpenAI.BadRequestError, 'invalid_request_error', 'content_filter'],
  ['MODEL_NOT_FOUND', 404, OpenAI.NotFoundError, 'invalid_request_error', 'model_not_found'],
  ['OVERLOADED', 503, OpenAI.InternalServerError, 'server_error', 'overloaded'],
  ['AUTHENTICATION', 502, OpenAI.InternalServerError, 'server_error', 'authentication'],
  ['TIMEOUT', 504, OpenAI.InternalServerError, 'server_error', 'timeout'],
] as const)('%s at the provider is an error of its class', async ([failure, status, kind, type, code]) => {
  const { client } = await serveScript(failing(failure));
  const error = await caught(client.chat.completions.create(body));
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ status, type, code });
});

test('every kind of error has a status and a type', () => {
  for (const kind of Object.keys(STATUS_OF) as ClientErrorKind[]) {
    const error = { kind, code: 'x', message: 'What happened.', param: 'model' };
    expect(chatDialect.statusOf(error)).toBe(STATUS_OF[kind]);
    expect(chatDialect.writeError(error)).toEqual({
      error: {
        message: 'What happened.',
        type: expect.stringMatching(/^[a-z_]+$/),
        param: 'model',
        code: 'x',
      },
    });
  }
  const type = (kind: ClientErrorKind) => chatDialect.writeError({ kind, code: 'x', message: '' }).error;
  expect(type('AUTHENTICATION')).toMatchObject({ type: 'authentication_error', param: null });
  expect(type('FORBIDDEN')).toMatchObject({ type: 'permission_error' });
});

test('an error inside a stream is thrown, and nothing says that the answer is whole', async () => {
  const { client, url } = await serveScript(failing('OVERLOADED', text('Half an')));
  const stream = client.chat.completions.stream(body);
  const pieces: string[] = [];
  stream.on('content', (delta) => pieces.push(delta));
  const error = await caught(stream.finalChatCompletion());
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ type: 'server_error', code: 'overloaded', message: 'The provider said no.' });
  expect(pieces.join('')).toBe('Half an');
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ ...body, stream: true }),
  });
  const frames = await response.text();
  expect(frames).not.toContain('[DONE]');
  expect(frames).not.toContain('"finish_reason":"');
});

test('a failure of this server ends the stream once', () => {
  const writer = chatDialect.streamWriter({
    includeUsage: false,
    usesFunctions: false,
    hidesReasoning: false,
  });
  const error = { kind: 'INTERNAL', code: 'internal', message: 'Broken here.' } as const;
  expect(writer.fail(error)).toBe(
    'data: {"error":{"message":"Broken here.","type":"server_error","param":null,"code":"internal"}}\n\n',
  );
  expect(writer.fail(error)).toBe('');
  for (const event of failing('OVERLOADED', text('x'))) expect(writer.push(event)).toBe('');
});

test('a body that is wrong is a bad request that names the place', async () => {
  const { client } = await serveScript(failing('OVERLOADED'));
  const error = await caught(client.chat.completions.create({ ...body, temperature: 7 }));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({
    param: 'temperature',
    message: '400 temperature: is 7; takes at most 2.',
  });
});
