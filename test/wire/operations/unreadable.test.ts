import { describe, expect, it } from 'vitest';
import { openAiImages } from '../../../src/wire/operations/openai/images.ts';
import { openAiSpeech } from '../../../src/wire/operations/openai/speech.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const PAGE = bytesOf('<!doctype html><html><title>Welcome</title></html>');
const GARBAGE = new Uint8Array([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, 0x00, 0x01]);

const images = (body: Uint8Array) =>
  openAiImages().decode({ headers: {}, body }, { prompt: 'dawn', images: [] }, 'painter');
const speech = (body: Uint8Array) =>
  openAiSpeech().decode({ headers: { 'content-type': 'text/html' }, body }, { text: 'hi' }, 'speaker');

describe.each([
  ['images', images],
  ['speech', speech],
])('in place of %s', (_, decode) => {
  it('a web page says to check the base URL, and is not asked for again', () => {
    expect(decode(PAGE)).toMatchObject({
      kind: 'FAILED',
      failure: {
        message:
          'The provider sent something unreadable: (a web page titled "Welcome"). Check the base URL of the provider.',
        retry: 'ELSEWHERE',
      },
    });
  });

  it('bytes that are no text are not quoted, nor taken for an empty answer', () => {
    const answer = decode(GARBAGE);
    expect(answer).toMatchObject({
      kind: 'FAILED',
      failure: { message: 'The provider sent something unreadable, which is not text.' },
    });
    expect(answer).not.toHaveProperty('failure.providerMessage');
  });

  it('nothing is an empty answer', () => {
    expect(decode(bytesOf(''))).toMatchObject({ failure: { message: 'The provider sent an empty answer.' } });
  });
});
