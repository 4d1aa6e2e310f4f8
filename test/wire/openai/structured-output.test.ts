import { describe, expect, test } from 'vitest';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { encoded, requestOf } from '../requests.ts';

describe('structured output where there is no schema', () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } };
  const output = { kind: 'jsonSchema', name: 'dog', description: 'A dog', schema } as const;
  const warning = 'The provider cannot enforce a schema: it was stated in a system message instead.';
  type Body = { readonly messages: readonly { readonly role: string; readonly content: string }[] };

  test('is asked for as JSON, the schema stated and told of', () => {
    const deepSeek = createOpenAiCodec({ structuredOutput: 'json_object' });
    const { body, warnings } = encoded(deepSeek, 'm', requestOf({ output }));
    expect(body).toMatchObject({ response_format: { type: 'json_object' } });
    const [system, user] = (body as Body).messages;
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringContaining(JSON.stringify(schema)),
    });
    expect(system?.content).toMatch(/JSON.*"dog" \(A dog\)/s);
    expect(user).toEqual({ role: 'user', content: 'Hi' });
    expect(warnings).toEqual([warning]);
    const native = encoded(deepSeek, 'm', requestOf({ output: { kind: 'jsonObject' } }));
    expect(native).toMatchObject({ body: { messages: [{ role: 'user' }] }, warnings: [] });
  });

  test('is stated alone where there are no formats at all', () => {
    const plain = createOpenAiCodec({ structuredOutput: 'prompt' });
    const { body, warnings } = encoded(
      plain,
      'm',
      requestOf({ output, messages: [{ role: 'system', text: 'Be brief.' }, ...requestOf().messages] }),
    );
    expect(body).not.toHaveProperty('response_format');
    expect((body as Body).messages).toHaveLength(2);
    expect((body as Body).messages[0]?.content).toMatch(/^Be brief\.\n\n.*JSON/s);
    expect(warnings).toEqual([warning]);
    expect(encoded(plain, 'm', requestOf({ output: { kind: 'jsonObject' } })).warnings).toEqual([
      'The provider cannot enforce JSON: it was stated in a system message instead.',
    ]);
    expect(encoded(plain, 'm', requestOf({ output: { kind: 'text' } }))).toEqual(
      encoded(plain, 'm', requestOf()),
    );
  });
});
