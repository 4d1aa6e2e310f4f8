import { beforeAll, describe, expect, it } from 'vitest';
import { graphqlWs } from '../../support/graph-clients.ts';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { eventStream, jsonAnswer, sseFrame, type Upstream } from '../../support/upstream.ts';
import { DIALECTS } from './dialects.ts';
import { dialectsServer } from './dialects-server.ts';
import { PNG, WAV } from './operation-cases.ts';

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  ({ upstream, server } = await dialectsServer());
});

const COMPLETE = /* GraphQL */ `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      __typename
      ... on Completion {
        text
        logprobs { token logprob top { token logprob } }
        sources { url title citedText documentIndex }
        attempts { serviceTier }
        warnings { code parameter }
      }
      ... on Error { message }
      ... on InvalidInputError { path problem }
      ... on UnsupportedParameterError { parameters { name } }
    }
  }
`;
const [openai, anthropic, gemini] = DIALECTS;
if (openai === undefined || anthropic === undefined || gemini === undefined) throw new Error('no dialects');

const complete = async (input: object) => {
  const { body } = await server.post(COMPLETE, {
    input: { model: openai.model, streamUpstream: false, ...input },
  });
  expect(body.errors).toBeUndefined();
  return body.data.complete;
};
const saying = (...parts: readonly object[]) => ({ messages: [{ user: { parts } }] });

const png = PNG.toString('base64');
const wav = WAV.toString('base64');
const pdf = Buffer.from('%PDF-1.4').toString('base64');

describe('media in a prompt', () => {
  it('go to the provider as data, wherever they come from', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(openai.text(['Yes.']));
    const answer = await complete(
      saying(
        { image: { source: { data: { mediaType: 'image/png', base64: png } }, detail: 'LOW' } },
        { image: { source: { url: `data:image/png;base64,${png}` } } },
        { file: { source: { data: { mediaType: 'application/pdf', base64: pdf } }, name: 'report.pdf' } },
      ),
    );
    expect(answer.text).toBe('Yes.');
    expect(upstream.requests[at]?.body).toMatchObject({
      messages: [
        {
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
            {
              type: 'file',
              file: { filename: 'report.pdf', file_data: `data:application/pdf;base64,${pdf}` },
            },
          ],
        },
      ],
    });
  });

  it('go as audio to models that hear', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(gemini.text(['Hello?']));
    const answer = await complete({
      ...saying({ audio: { source: { data: { mediaType: 'audio/wav', base64: wav } } } }),
      model: gemini.model,
    });
    expect(answer.text).toBe('Hello?');
    expect(JSON.stringify(upstream.requests[at]?.body)).toContain(wav);
  });

  it('go as an address only where the caller hands the provider one', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(openai.text(['Yes.']));
    const url = 'http://192.168.1.1/inside-of-the-providers-network.png';
    await complete(saying({ image: { source: { providerUrl: url } } }));
    expect(JSON.stringify(upstream.requests[at]?.body)).toContain(url);
  });

  it.each([
    'http://127.0.0.1/dot.png',
    'http://localhost/dot.png',
    'http://[::1]/dot.png',
    'http://10.0.0.1/dot.png',
    'http://169.254.169.254/latest/meta-data/',
    'http://2130706433/dot.png',
  ])('are not fetched from inside: %s', async (url) => {
    const before = upstream.requests.length;
    const answer = await complete(saying({ text: 'What is it?' }, { image: { source: { url } } }));
    expect(answer).toMatchObject({
      __typename: 'InvalidInputError',
      path: 'input.messages[0].user.parts[1].image.source',
    });
    expect(upstream.requests.length).toBe(before);
  });

  it('are not fetched for other operations either', async () => {
    const { body } = await server.post(
      `mutation { transcribe(input: { model: "sandbox/echo", audio: { url: "${upstream.url}/inside.wav" } }) {
        __typename ... on InvalidInputError { path } } }`,
    );
    expect(body.data.transcribe).toEqual({ __typename: 'InvalidInputError', path: 'input.audio' });
    expect(upstream.requests.some(({ path }) => path === '/inside.wav')).toBe(false);
  });

  it.each([
    [{ image: { source: { data: { mediaType: 'audio/wav', base64: wav } } } }, 'image.source'],
    [{ audio: { source: { data: { mediaType: 'image/png', base64: png } } } }, 'audio.source'],
    [{ file: { source: { data: { mediaType: 'image/png', base64: png } } } }, 'file.source'],
    [{ file: { source: { data: { mediaType: 'application/pdf', base64: '' } } } }, 'file.source'],
    [{ image: { source: { data: { mediaType: 'image', base64: png } } } }, 'image.source.data'],
    [{ image: { source: { data: { mediaType: 'image/png', base64: 'no base64!' } } } }, 'image.source.data'],
    [{ image: { source: { url: 'data:audio/wav;base64,AAAA' } } }, 'image.source'],
    [{ image: { source: { url: 'data:image/png,plain' } } }, 'image.source.url'],
    [{ image: { source: { url: 'file:///etc/passwd' } } }, 'image.source.url'],
    [{ image: { source: { providerUrl: 'data:image/png;base64,AAAA' } } }, 'image.source.providerUrl'],
  ])('are refused where they are not what their part takes: %j', async (part, path) => {
    expect(await complete(saying(part))).toMatchObject({
      __typename: 'InvalidInputError',
      path: `input.messages[0].user.parts[0].${path}`,
    });
  });

  it.each([
    [
      'a media type that no header could hold',
      { data: { mediaType: 'image/png;\u0000', base64: png } },
      'data',
    ],
    [
      'a media type longer than any',
      { data: { mediaType: `image/${'p'.repeat(1_000)}`, base64: png } },
      'data',
    ],
    ['a million parameters', { url: `data:image/png${';a=b'.repeat(2_000_000)};base64,${png}` }, 'url'],
    ['an address longer than any', { url: `https://example.com/${'a'.repeat(10_000)}` }, 'url'],
    [
      "a provider's address longer than any",
      { providerUrl: `https://e.com/${'a'.repeat(10_000)}` },
      'providerUrl',
    ],
  ])('are refused with %s', async (_what, source, path) => {
    expect(await complete(saying({ image: { source } }))).toMatchObject({
      __typename: 'InvalidInputError',
      path: `input.messages[0].user.parts[0].image.source.${path}`,
    });
  });
});

describe('what a provider is asked for', () => {
  it('marks for the prompt cache reach providers that take them', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(anthropic.text(['Yes.']));
    await complete({
      model: anthropic.model,
      messages: [
        { system: { text: 'Be brief.', cache: 'CACHE_1H' } },
        { user: { parts: [{ cachedText: { text: 'A long story.', cache: 'CACHE_5M' } }] } },
      ],
      tools: [{ name: 'tell', parameters: { type: 'object' }, cache: 'CACHE_1H' }],
    });
    const sent = JSON.stringify(upstream.requests[at]?.body);
    expect(sent.split('"cache_control"').length - 1).toBe(3);
    expect(sent).toContain('"ttl":"1h"');
  });

  it('log probabilities, with a choice of how many alternatives', async () => {
    const logprobs = {
      content: [
        {
          token: 'Blue',
          logprob: -0.25,
          bytes: null,
          top_logprobs: [
            { token: 'Blue', logprob: -0.25, bytes: null },
            { token: 'Grey', logprob: -2, bytes: null },
          ],
        },
      ],
    };
    const choice = {
      index: 0,
      message: { role: 'assistant', content: 'Blue' },
      logprobs,
      finish_reason: 'stop',
    };
    const at = upstream.requests.length;
    upstream.enqueue(
      jsonAnswer({ id: 'x', object: 'chat.completion', model: 'gpt-4o-mini', choices: [choice] }),
    );
    const answer = await complete({ ...saying({ text: 'What is the sky like?' }), logprobs: { top: 2 } });
    expect(answer.logprobs).toEqual([
      {
        token: 'Blue',
        logprob: -0.25,
        top: [
          { token: 'Blue', logprob: -0.25 },
          { token: 'Grey', logprob: -2 },
        ],
      },
    ]);
    expect(upstream.requests[at]?.body).toMatchObject({ logprobs: true, top_logprobs: 2 });
    expect(await complete({ ...saying({ text: 'Hi' }), logprobs: { top: 21 } })).toMatchObject({
      __typename: 'InvalidInputError',
      path: 'input.logprobs.top',
    });

    const chunk = (delta: object, rest: object = {}) =>
      sseFrame({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, ...rest }] });
    upstream.enqueue(
      eventStream([
        chunk({ content: 'Blue' }, { logprobs }),
        chunk({}, { finish_reason: 'stop' }),
        'data: [DONE]\n\n',
      ]),
    );
    const client = graphqlWs.connect(server);
    const deltas: unknown[] = [];
    for await (const { data } of client.iterate(
      `subscription ($input: CompletionInput!) { completion(input: $input) {
        ... on TextDelta { text logprobs { token logprob } } } }`,
      { input: { model: openai.model, ...saying({ text: 'Hi' }), logprobs: {} } },
    )) {
      if (data?.completion.text !== undefined) deltas.push(data.completion);
    }
    await client.dispose();
    expect(deltas).toEqual([{ text: 'Blue', logprobs: [{ token: 'Blue', logprob: -0.25 }] }]);
  });

  it('a service tier, and the one that was given', async () => {
    const at = upstream.requests.length;
    upstream.enqueue(
      jsonAnswer({
        id: 'x',
        object: 'chat.completion',
        model: 'gpt-4o-mini',
        service_tier: 'priority',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      }),
    );
    const answer = await complete({ ...saying({ text: 'Hi' }), serviceTier: 'PRIORITY' });
    expect(answer.attempts).toEqual([{ serviceTier: 'PRIORITY' }]);
    expect(upstream.requests[at]?.body).toMatchObject({ service_tier: 'priority' });
  });

  it('is refused where it cannot be had, or left out with a warning', async () => {
    const input = { ...saying({ text: 'Hi' }), model: anthropic.model, logprobs: { top: 1 } };
    expect(await complete(input)).toMatchObject({
      __typename: 'UnsupportedParameterError',
      parameters: [{ name: 'logprobs' }],
    });
    upstream.enqueue(anthropic.text(['Hi']));
    expect(await complete({ ...input, unsupported: 'WARN' })).toMatchObject({
      __typename: 'Completion',
      warnings: [{ code: 'UNSUPPORTED_PARAMETER', parameter: 'logprobs' }],
      logprobs: [],
    });
  });

  const sound = { data: { mediaType: 'audio/wav', base64: wav } };
  it.each([
    ['audio', { ...saying({ audio: { source: sound } }), model: anthropic.model }],
    [
      'image.source.providerUrl',
      {
        ...saying({ image: { source: { providerUrl: 'https://example.com/cat' } } }),
        model: gemini.model,
      },
    ],
    ['reasoning.maxTokens', { ...saying({ text: 'Hi' }), reasoning: { maxTokens: 2048 } }],
  ])('is named as in the input: %s', async (name, input) => {
    const refused = await complete(input);
    expect(refused.parameters.map((each: { name: string }) => each.name)).toEqual([name]);
    expect(refused.message).toContain(`cannot honour ${name} (`);
  });

  it('is named as in the input where it is sent otherwise than asked', async () => {
    upstream.enqueue(anthropic.text(['Hi']));
    const answer = await complete({
      ...saying({ text: 'Hi' }),
      model: anthropic.model,
      reasoning: { effort: 'LOW' },
      maxOutputTokens: 100,
    });
    expect(answer.warnings).toEqual([{ code: 'ADJUSTED_PARAMETER', parameter: 'reasoning.effort' }]);
  });
});

describe('what an answer rests on', () => {
  it('is a page, or words of a document of the prompt', async () => {
    upstream.enqueue(
      jsonAnswer({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [
          {
            type: 'text',
            text: 'The grass is green.',
            citations: [
              {
                type: 'char_location',
                cited_text: 'Grass is green.',
                document_index: 0,
                document_title: 'Facts',
                start_char_index: 0,
                end_char_index: 15,
              },
            ],
          },
        ],
        stop_reason: 'end_turn',
        usage: { input_tokens: 5, output_tokens: 5 },
      }),
    );
    const answer = await complete({
      ...saying(
        { file: { source: { data: { mediaType: 'application/pdf', base64: pdf } } } },
        { text: 'Colour?' },
      ),
      model: anthropic.model,
    });
    expect(answer.sources).toEqual([
      { url: null, title: 'Facts', citedText: 'Grass is green.', documentIndex: 0 },
    ]);
  });
});
