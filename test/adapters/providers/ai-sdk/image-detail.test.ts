import { afterEach, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import type { CompletionRequest, ImagePart } from '../../../../src/domain/completion-request.ts';
import { bedrockText } from '../../../fixtures/upstream/bedrock.ts';
import { cohereText } from '../../../fixtures/upstream/cohere.ts';
import { type Connected, connected } from './connected.ts';

let side: Connected | undefined;
afterEach(() => side?.close());

const looking = (detail: NonNullable<ImagePart['detail']>): CompletionRequest['messages'] => [
  {
    role: 'user',
    parts: [{ type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'iVBORw==' }, detail }],
  },
];

test.each(['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.amazon.nova-pro-v1:0'])(
  'Bedrock takes no hint of how closely to look at an image, and that is told: %s',
  async (model) => {
    side = await connected(bedrock, { variables: { AWS_REGION: 'us-east-1' } });
    side.upstream.respond(() => bedrockText(['x']));
    const warned = async (detail: NonNullable<ImagePart['detail']>) =>
      (await side?.complete(model, { messages: looking(detail) }, false))?.filter(
        ({ type }) => type === 'warning',
      );
    expect(await warned('low')).toMatchObject([{ warning: { parameter: 'image.detail' } }]);
    expect(await warned('auto')).toEqual([]);
  },
);

test('Cohere takes it', async () => {
  side = await connected(cohere, {});
  side.upstream.enqueue(cohereText(['x']));
  const events = await side.complete('command-a-vision-07-2025', { messages: looking('low') }, false);
  expect(side.upstream.requests[0]?.body).toMatchObject({
    messages: [{ content: [{ type: 'image_url', image_url: { detail: 'low' } }] }],
  });
  expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
});
