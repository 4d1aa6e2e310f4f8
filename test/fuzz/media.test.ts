import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBase64 } from '../../src/wire/base64.ts';
import { bytesOfBase64, fileNameOf, imageAt, imageOf } from '../../src/wire/operations/media.ts';
import { wavOf } from '../../src/wire/operations/wav.ts';
import { isAddress, readAddress, readDataUrl } from '../../src/wire/serve/client-media.ts';
import { BodyProblem } from '../../src/wire/serve/invalid-body.ts';
import { holds } from './fuzz.ts';

const ALPHABET = /^[A-Za-z0-9+/_-]+={0,2}$/;
const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.base64String(),
    fc.string({ unit: 'binary' }),
    fc
      .tuple(
        fc.base64String(),
        fc.constantFrom('=', '\n', ' ', '\0', 'é', '-', '_', '%3D', '==='),
        fc.base64String(),
      )
      .map((all) => all.join('')),
    // Longer texts are looked at in another way.
    fc
      .tuple(
        fc.integer({ min: 1_000, max: 70_000 }),
        fc.nat(70_000),
        fc.constantFrom('A', '=', '\n', 'é', '\u0141', '-', '\0'),
      )
      .map(
        ([length, at, odd]) =>
          `${'QUJD'.repeat(length / 4)}`.replace(/^/, '').slice(0, at % length) + odd + 'QUJD'.repeat(8),
      ),
  );

test('base64 is what its alphabet says, however long', () => {
  holds(800, text(), (value) => {
    expect(isBase64(value)).toBe(ALPHABET.test(value));
    const bytes = bytesOfBase64(value);
    if (bytes !== undefined) expect(bytes.byteLength).toBeGreaterThan(0);
    expect(imageOf(value)?.mediaType ?? 'x/y').toMatch(/^\w+\/\S+$/);
  });
});

test('a data: URL gives a media type and base64, or is told what is wrong', () => {
  const type = fc.constantFrom(
    'image/png',
    '',
    'IMAGE/PNG',
    'a/b;c=d',
    '__proto__',
    'text/html;charset=x;y',
    'x'.repeat(5_000),
    'a/\n',
  );
  const drawn = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('data:', 'DATA:', ' data:', 'data'),
        type,
        fc.constantFrom(';base64,', ',', ';base64', ';;base64,'),
        text(),
      )
      .map((all) => all.join('')),
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
  );
  holds(800, drawn, (value) => {
    try {
      const read = readDataUrl('p', value);
      if (read !== undefined) {
        expect(read.base64).toMatch(ALPHABET);
        expect(read.mediaType).toMatch(/^[\x21-\x7e][\x20-\x7e]*$/);
      }
      const source = readAddress('p', value);
      if (source.kind === 'remote') expect(source.url).toMatch(/^https?:/i);
    } catch (error) {
      expect(error).toBeInstanceOf(BodyProblem);
    }
    if (isAddress(value)) expect(URL.canParse(value)).toBe(true);
    const image = imageAt(value);
    if (image !== undefined && 'url' in image) expect(image.url).toMatch(/^https?:/i);
  });
});

test('a sound file says how long it is', () => {
  holds(
    200,
    fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 192_000 })),
    ([pcm, rate]) => {
      const file = Buffer.from(wavOf(pcm, rate));
      expect(file.readUInt32LE(4)).toBe(file.byteLength - 8);
      expect(file.readUInt32LE(40)).toBe(pcm.byteLength);
      expect(file.subarray(44).equals(pcm)).toBe(true);
    },
  );
});

test('a file always has a name with an extension', () => {
  const media = fc.record({
    bytes: fc.constant(new Uint8Array([1])),
    mediaType: fc.oneof(fc.constantFrom('image/png', '__proto__', ''), fc.string({ unit: 'binary' })),
    name: fc.string({ unit: 'binary' }),
  });
  holds(200, media, (each) => expect(fileNameOf(each, 'file')).toMatch(/\.[A-Za-z0-9]{2,5}$/));
});
