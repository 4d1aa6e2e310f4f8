import { AwsV4Signer } from 'aws4fetch';
import { afterEach, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import type { TokenCountRequest } from '../../../../src/domain/operation.ts';
import { Secret } from '../../../../src/domain/secret.ts';
import { bedrockError, bedrockTokenCount } from '../../../fixtures/upstream/bedrock.ts';
import { type Connected, connected, KEY } from './connected.ts';

const MODEL = 'anthropic.claude-sonnet-4-20250514-v1:0';
const PATH = `/model/${encodeURIComponent(MODEL)}/count-tokens`;

let side: Connected | undefined;
afterEach(() => side?.close());

const asked: TokenCountRequest = {
  messages: [
    { role: 'system', text: 'Be brief.' },
    { role: 'user', parts: [{ type: 'text', text: 'Weather?' }] },
  ],
  tools: [{ name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } }],
};

describe("Bedrock's count", () => {
  test.each([
    MODEL,
    `us.${MODEL}`,
    `global.${MODEL}`,
    `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`,
  ])('is asked of the model itself: %s', async (name) => {
    side = await connected(bedrock, { variables: { AWS_REGION: 'us-east-1' } });
    side.upstream.enqueue(bedrockTokenCount());
    expect(await side.perform('TOKEN_COUNT', name, asked)).toMatchObject({
      kind: 'DONE',
      result: { inputTokens: 19, method: 'PROVIDER' },
      warnings: [],
    });
    const [request] = side.upstream.requests;
    expect(request).toMatchObject({ method: 'POST', path: PATH });
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(request?.body).toEqual({
      input: {
        converse: {
          system: [{ text: 'Be brief.' }],
          messages: [{ role: 'user', content: [{ text: 'Weather?' }] }],
          toolConfig: {
            tools: [
              {
                toolSpec: {
                  name: 'look',
                  description: 'Looks',
                  inputSchema: { json: { type: 'object', properties: {} } },
                },
              },
            ],
          },
        },
      },
    });
  });

  test('is signed with access keys where there is no key', async () => {
    const keys = {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'tok',
    };
    side = await connected(bedrock, {
      variables: { AWS_REGION: 'eu-west-1' },
      apiKey: new Secret(''),
      secrets: Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, new Secret(value)])),
    });
    side.upstream.enqueue(bedrockTokenCount());
    expect(await side.perform('TOKEN_COUNT', MODEL, asked)).toMatchObject({ kind: 'DONE' });
    const [request] = side.upstream.requests;
    const header = (name: string) => String(request?.headers[name]);
    // As AWS checks it: signed again, for the same moment, over what came.
    const again = await new AwsV4Signer({
      url: side.upstream.url + request?.path,
      method: 'POST',
      headers: { 'content-type': header('content-type') },
      body: Buffer.from(request?.bytes ?? []).toString('utf8'),
      region: 'eu-west-1',
      service: 'bedrock',
      accessKeyId: keys.AWS_ACCESS_KEY_ID,
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      sessionToken: keys.AWS_SESSION_TOKEN,
      datetime: header('x-amz-date'),
    }).sign();
    expect(header('authorization')).toBe(again.headers.get('authorization'));
    expect(header('authorization')).toContain('/eu-west-1/bedrock/aws4_request');
    expect(header('x-amz-security-token')).toBe('tok');
  });

  test('is not asked for models that it does not count for', async () => {
    side = await connected(bedrock, { variables: { AWS_REGION: 'us-east-1' } });
    const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
    for (const model of ['us.amazon.nova-pro-v1:0', profile])
      expect(await side.perform('TOKEN_COUNT', model, asked)).toMatchObject({
        kind: 'FAILED',
        failure: { code: 'UNSUPPORTED' },
      });
    expect(side.upstream.requests).toEqual([]);
  });

  test('that Bedrock says it does not do for a model is UNSUPPORTED', async () => {
    side = await connected(bedrock, { variables: { AWS_REGION: 'us-east-1' } });
    const words = "The provided model doesn't support counting tokens.";
    side.upstream.enqueue(bedrockError(400, 'ValidationException', words));
    expect(await side.perform('TOKEN_COUNT', MODEL, asked)).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'UNSUPPORTED' },
    });
  });

  test('leaves out what has no place there, and says so', async () => {
    side = await connected(bedrock, { variables: { AWS_REGION: 'us-east-1' } });
    const request: TokenCountRequest = {
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          ],
        },
        { role: 'assistant', text: 'I see.', reasoning: [], toolCalls: [] },
        { role: 'system', text: 'Later.' },
        { role: 'user', parts: [{ type: 'text', text: 'Well?' }] },
      ],
      tools: [],
    };
    const told = side.provider.operations.TOKEN_COUNT?.unsupported(MODEL, request);
    expect(told?.map(({ name }) => name)).toEqual(['imageUrl']);
    side.upstream.enqueue(bedrockTokenCount());
    expect(await side.perform('TOKEN_COUNT', MODEL, request)).toMatchObject({
      kind: 'DONE',
      warnings: [{ code: 'ADJUSTED_PARAMETER', parameter: 'messages' }],
    });
    expect(JSON.stringify(side.upstream.requests[0]?.body)).not.toContain('example.com');
  });
});
