import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { geminiText } from '../fixtures/upstream/gemini.ts';
import { type Modelgraph, startModelgraph } from '../support/modelgraph.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

// Every operation that takes an address of media, with addresses that nobody outside may have fetched: at a server that goes
// straight, and at one behind a proxy, which could reach what this machine cannot.

let upstream: Upstream;
let proxy: TestProxy;
let straight: Modelgraph;
let proxied: Modelgraph;
beforeAll(async () => {
  [upstream, proxy] = await Promise.all([startUpstream(), startProxy()]);
  upstream.respond(({ path }) =>
    path.includes('images/generations')
      ? jsonAnswer({ created: 1, data: [{ url: 'http://169.254.169.254/latest/meta-data/' }] })
      : geminiText(['seen']),
  );
  // Gemini takes no addresses as they are: this server is to fetch them.
  const config = `
providers:
  - { id: gem, dialect: gemini, baseUrl: "${upstream.url}", apiKey: k-0123456789, proxy: none, models: [{ id: m }] }
  - { id: openai, baseUrl: "${upstream.url}/v1", apiKey: k-0123456789, proxy: none }
`;
  const behind = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '' };
  [straight, proxied] = await Promise.all([
    startModelgraph({ lists: 'SMALL', config }),
    startModelgraph({ lists: 'SMALL', config, env: behind }),
  ]);
});
afterAll(() =>
  Promise.all(
    [straight, proxied, upstream, proxy].map((each) =>
      each && 'stop' in each ? each.stop() : each?.close(),
    ),
  ),
);

/** What is told of all of them alike, so that nobody learns what there is inside. */
const NOBODY = 'no public server answers at this address';

const INSIDE: readonly (readonly [name: string, url: string])[] = [
  ['this machine', 'http://127.0.0.1/'],
  ['this machine by its name', 'http://localhost/'],
  ['a name below it', 'http://a.localhost/'],
  ['its name with a dot and in capitals', 'http://LOCALHOST./'],
  ['decimal', 'http://2130706433/'],
  ['octal', 'http://0177.0.0.01/'],
  ['hexadecimal', 'https://0x7f.1/'],
  ['hexadecimal in one', 'http://0x7F000001:8080/'],
  ['short', 'http://127.1/'],
  ['zero', 'http://0/'],
  ['a dot at its end', 'http://127.0.0.1./'],
  ['full-width digits', 'http://１２７.０.０.１/'],
  ['circled digits', 'http://①②⑦.0.0.①/'],
  ['another full stop', 'http://127。0。0。1/'],
  ['percent signs', 'http://%31%32%37.0.0.1/'],
  ['tabs and line ends inside', 'http://127.0\t.0.\n1/'],
  ['the scheme in capitals', 'HTTP://127.0.0.1/'],
  ['IPv6', 'http://[::1]/'],
  ['unspecified', 'http://[::]/'],
  ['mapped', 'http://[::ffff:127.0.0.1]/'],
  ['mapped in hexadecimal', 'https://[::FFFF:7f00:1]/'],
  ['compatible', 'http://[::127.0.0.1]/'],
  ['NAT64', 'http://[64:ff9b::169.254.169.254]/'],
  ['6to4', 'http://[2002:7f00:1::]/'],
  ['Teredo', 'http://[2001:0:7f00:1::]/'],
  ['unique local', 'http://[fd00:ec2::254]/'],
  ['link-local of IPv6', 'http://[fe80::1]/'],
  ['metadata', 'http://169.254.169.254/latest/meta-data/'],
  ['metadata in decimal', 'http://2852039166/'],
  ["another cloud's metadata", 'http://100.100.100.200/'],
  ["Azure's wire server", 'http://168.63.129.16/'],
  ['private networks', 'https://10.0.0.1/'],
  ['private networks, 172', 'https://172.16.0.1:8443/'],
  ['private networks, 192', 'http://192.168.1.1/'],
  ['multicast', 'http://224.0.0.1/'],
  ['broadcast', 'http://255.255.255.255/'],
];

const NO_ADDRESS: readonly (readonly [name: string, url: string])[] = [
  ['a user name that looks like a host', 'http://example.com@127.0.0.1/'],
  ['a user name and a password', 'https://a:b@example.com/'],
  ['a zone', 'http://[fe80::1%25eth0]/'],
  ['a port of a database', 'http://example.com:6379/'],
  ['port 22', 'https://example.com:22/'],
  ['port 0', 'http://example.com:0/'],
  ['a file', 'file:///etc/passwd'],
  ['FTP', 'ftp://example.com/a.png'],
  ['gopher', 'gopher://127.0.0.1:6379/_INFO'],
  ['a script', 'javascript:alert(1)'],
  ['a blob', 'blob:http://127.0.0.1/x'],
  ['a view of a page', 'view-source:http://127.0.0.1/'],
  ['data without base64', 'data:text/plain,hello'],
  ['backslashes', 'http:\\\\127.0.0.1\\'],
  ['no host', 'http:///'],
  ['nothing', ''],
];

type Answer = { readonly status: number; readonly text: string };
type Ask = (server: Modelgraph, url: string) => Promise<Answer>;

const rest =
  (path: string, body: (url: string) => object): Ask =>
  async (server, url) => {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body(url)),
    });
    return { status: answer.status, text: await answer.text() };
  };

const graph =
  (field: string, input: (url: string) => object): Ask =>
  async (server, url) => {
    const type =
      field === 'complete' ? 'CompletionInput!' : `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { it: ${field}(input: $input) { __typename ... on Error { message } } }`;
    const { body } = await server.post(query, {
      input: input(url),
    });
    const isRefused = body.data?.it?.__typename === 'InvalidInputError';
    return { status: isRefused ? 400 : 200, text: JSON.stringify(body) };
  };

const model = 'gem/m';
const parts = (part: object) => [{ user: { parts: [{ text: 'Look' }, part] } }];

const OPERATIONS: readonly (readonly [name: string, ask: Ask])[] = [
  [
    'chat completions: an image',
    rest('/v1/chat/completions', (url) => ({
      model,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    })),
  ],
  [
    'chat completions, streamed',
    rest('/v1/chat/completions', (url) => ({
      model,
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: url }] }],
    })),
  ],
  [
    'chat completions: an image of an image model',
    rest('/v1/chat/completions', (url) => ({
      model: 'openai/gpt-image-1',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    })),
  ],
  [
    'responses: an image',
    rest('/v1/responses', (url) => ({
      model,
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }],
    })),
  ],
  [
    'responses: a file',
    rest('/v1/responses', (url) => ({
      model,
      input: [{ role: 'user', content: [{ type: 'input_file', file_url: url }] }],
    })),
  ],
  ...(['image', 'document'] as const).flatMap((type): [string, Ask][] => {
    const messages = (url: string) => [{ role: 'user', content: [{ type, source: { type: 'url', url } }] }];
    return [
      [
        `messages: ${type}`,
        rest('/v1/messages', (url) => ({ model, max_tokens: 5, messages: messages(url) })),
      ],
      [
        `counts of tokens: ${type}`,
        rest('/v1/messages/count_tokens', (url) => ({ model, messages: messages(url) })),
      ],
    ];
  }),
  [
    'edits: an image',
    rest('/v1/images/edits', (url) => ({ model: 'openai/gpt-image-1', prompt: 'p', image: [url] })),
  ],
  [
    'edits: a mask',
    rest('/v1/images/edits', (url) => ({
      model: 'openai/gpt-image-1',
      prompt: 'p',
      image: 'data:image/png;base64,iVBORw0KGgo=',
      mask: url,
    })),
  ],
  [
    'moderations',
    rest('/v1/moderations', (url) => ({
      model: 'openai/omni-moderation-latest',
      input: [{ type: 'image_url', image_url: { url } }],
    })),
  ],
  ...(['image', 'audio', 'file'] as const).map((type): [string, Ask] => [
    `the graph: ${type}`,
    graph('complete', (url) => ({ model, messages: parts({ [type]: { source: { url } } }) })),
  ]),
  [
    'the graph: tokens',
    graph('countTokens', (url) => ({ model, messages: parts({ image: { source: { url } } }) })),
  ],
  [
    'the graph: images',
    graph('generateImages', (url) => ({ model: 'openai/gpt-image-1', prompt: 'p', images: [{ url }] })),
  ],
  ['the graph: a recording', graph('transcribe', (url) => ({ model: 'openai/whisper-1', audio: { url } }))],
  [
    'the graph: moderation',
    graph('moderate', (url) => ({ model: 'openai/omni-moderation-latest', inputs: [{ image: { url } }] })),
  ],
];

const servers = () => [['straight', straight] as const, ['behind a proxy', proxied] as const];

const REPRESENTATIVE = [
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:7f00:1]/',
  'http://localhost/',
];
const UNFIT = [
  'file:///etc/passwd',
  'http://example.com:6379/',
  'http://example.com@127.0.0.1/',
  'gopher://127.0.0.1/',
];

const nothingMoved = async (act: () => Promise<void>): Promise<void> => {
  const before = upstream.requests.length;
  await act();
  expect(upstream.requests.length, 'no provider was asked').toBe(before);
  expect(proxy.connections(), 'the proxy was not asked').toBe(0);
};

describe('no operation fetches, or hands on,', () => {
  it.each(OPERATIONS)('%s', async (_, ask) => {
    await nothingMoved(async () => {
      for (const [way, server] of servers()) {
        for (const url of REPRESENTATIVE) {
          const { status, text } = await ask(server, url);
          expect(text, `${url} ${way}`).toContain(NOBODY);
          expect(status).toBe(400);
        }
        for (const url of UNFIT) {
          const { status, text } = await ask(server, url);
          expect(status, `${url} ${way}: ${text}`).toBe(400);
        }
      }
    });
  });
});

describe('an address is told to be nobody’s, however it is written', () => {
  const [, ask] = OPERATIONS[0] ?? [];
  it.each(INSIDE)('%s', async (_, url) => {
    await nothingMoved(async () => {
      for (const [way, server] of servers()) {
        const { status, text = '' } = (await ask?.(server, url)) ?? {};
        expect(status, way).toBe(400);
        expect(text).toContain(NOBODY);
      }
    });
  });

  it.each(NO_ADDRESS)('or none that is fetched: %s', async (_, url) => {
    await nothingMoved(async () => {
      for (const [way, server] of servers()) expect((await ask?.(server, url))?.status, way).toBe(400);
    });
  });
});

it('an address that is none of the web is not handed on to a provider that fetches addresses itself', async () => {
  const { model, more } = { model: 'openai/gpt-4o-mini', more: { max_tokens: 5 } };
  const source = (url: string) => ({ type: 'url', url });
  const asks = [
    rest('/v1/messages', (url) => ({
      model,
      ...more,
      messages: [{ role: 'user', content: [{ type: 'image', source: source(url) }] }],
    })),
    rest('/v1/messages', (url) => ({
      model,
      ...more,
      messages: [{ role: 'user', content: [{ type: 'document', source: source(url) }] }],
    })),
    rest('/v1/chat/completions', (url) => ({
      model,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    })),
    rest('/v1/responses', (url) => ({
      model,
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }],
    })),
    graph('complete', (providerUrl) => ({ model, messages: parts({ image: { source: { providerUrl } } }) })),
  ];
  await nothingMoved(async () => {
    for (const ask of asks)
      for (const url of ['file:///etc/passwd', 'gopher://127.0.0.1:6379/', 'ftp://a.test/b', 'javascript:1'])
        expect((await ask(straight, url)).status, url).toBe(400);
  });
});

it('nor is one that a provider gives in place of an image', async () => {
  const ask = rest('/v1/images/generations', () => ({ model: 'openai/dall-e-3', prompt: 'p' }));
  for (const [, server] of servers()) {
    const { status, text } = await ask(server, '');
    expect(text).toContain('cannot be fetched');
    expect(status).toBe(502);
  }
  expect(proxy.connections()).toBe(0);
});
