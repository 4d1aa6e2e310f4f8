import { describe, expect, test } from 'vitest';
import type { UserPart } from '../../../src/domain/completion-request.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { encoded, requestOf, unsupportedNames } from '../requests.ts';

const codec = createOpenAiCodec({});

describe('media', () => {
  const ask = (...parts: readonly UserPart[]) => requestOf({ messages: [{ role: 'user', parts }] });
  const data = (mediaType: string) => ({ kind: 'data', mediaType, base64: 'eA==' }) as const;
  const url = { kind: 'url', url: 'https://example.com/a' } as const;

  test.each([
    ['audio/wav', 'wav'],
    ['audio/x-wav', 'wav'],
    ['audio/mpeg', 'mp3'],
    ['audio/MP3; codecs=x', 'mp3'],
  ])('audio of %s is sent as %s', (mediaType, format) => {
    const request = ask({ type: 'audio', source: data(mediaType) });
    expect(unsupportedNames(codec, 'm', request)).toEqual([]);
    expect(encoded(codec, 'm', request).body).toMatchObject({
      messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'eA==', format } }] }],
    });
  });

  test('audio of other formats, by address, or where it is not taken, is listed', () => {
    expect(unsupportedNames(codec, 'm', ask({ type: 'audio', source: data('audio/ogg') }))).toEqual([
      'audioData',
    ]);
    expect(unsupportedNames(codec, 'm', ask({ type: 'audio', source: url }))).toEqual(['audioUrl']);
    const deaf = createOpenAiCodec({ supportsAudio: false });
    expect(unsupportedNames(deaf, 'm', ask({ type: 'audio', source: data('audio/wav') }))).toEqual([
      'audioData',
    ]);
  });

  test('files go by what the server takes', () => {
    const request = ask(
      { type: 'text', text: 'Read' },
      { type: 'file', source: data('application/pdf'), name: 'a.pdf' },
      { type: 'file', source: data('application/pdf') },
      { type: 'file', source: url },
    );
    const sent = (files: 'none' | 'data' | 'data-and-url') => {
      const some = createOpenAiCodec({ files });
      const { messages } = encoded(some, 'm', request).body as { messages: [{ content: unknown }] };
      return { listed: unsupportedNames(some, 'm', request), content: messages[0].content };
    };
    const text = { type: 'text', text: 'Read' };
    const named = {
      type: 'file',
      file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,eA==' },
    };
    const unnamed = {
      type: 'file',
      file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,eA==' },
    };
    const address = { type: 'file', file: { file_data: 'https://example.com/a' } };
    expect(sent('none')).toEqual({ listed: ['fileData', 'fileUrl'], content: 'Read' });
    expect(sent('data')).toEqual({ listed: ['fileUrl'], content: [text, named, unnamed] });
    expect(sent('data-and-url')).toEqual({ listed: [], content: [text, named, unnamed, address] });
  });
});
