import { crc32, deflateSync } from 'node:zlib';
import { numbersFrom } from './words.ts';

export type Picture = {
  readonly width: number;
  readonly height: number;
  /** Pictures of one seed are equal. */
  readonly seed: number;
  /** Everything outside of a disc is transparent. */
  readonly isTransparent: boolean;
};

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
};

/** A PNG of 8 bits RGBA: a gradient between two colours of the seed. */
export const pngOf = ({ width, height, seed, isTransparent }: Picture): Uint8Array => {
  const next = numbersFrom(seed);
  const from = [next() % 256, next() % 256, next() % 256];
  const to = [next() % 256, next() % 256, next() % 256];
  const radius = Math.min(width, height) / 2;
  const stride = 1 + width * 4;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * stride + 1 + x * 4;
      const share = (x + y) / Math.max(1, width + height - 2);
      for (let channel = 0; channel < 3; channel += 1) {
        const [begin = 0, end = 0] = [from[channel], to[channel]];
        pixels[at + channel] = Math.round(begin + (end - begin) * share);
      }
      const isOutside = Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) > radius;
      pixels[at + 3] = isTransparent && isOutside ? 0 : 255;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
