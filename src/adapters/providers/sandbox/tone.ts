import { hashOf } from './words.ts';

export const SAMPLE_RATE = 16_000;
const BYTES_PER_SAMPLE = 2;
const SECONDS_PER_WORD = 0.25;
const MOST_SECONDS = 30;
const LOUDNESS = 0.3 * 32_767;
/** Of each word's time the first and last part is silent, so that words are heard apart. */
const FADE_SAMPLES = 400;

/** A tone for each word, the same for the same word and voice: 16-bit mono samples, at most half a minute. */
export const samplesOf = (words: readonly string[], voice: string, speed: number): Buffer => {
  const secondsPerWord = SECONDS_PER_WORD / speed;
  const heard = words.slice(0, Math.max(1, Math.floor(MOST_SECONDS / secondsPerWord)));
  const perWord = Math.floor(SAMPLE_RATE * Math.min(secondsPerWord, MOST_SECONDS));
  const samples = Buffer.alloc(heard.length * perWord * BYTES_PER_SAMPLE);
  const deepest = 160 + (hashOf(voice) % 120);
  for (const [index, word] of heard.entries()) {
    const step = (2 * Math.PI * (deepest + (hashOf(word) % 240))) / SAMPLE_RATE;
    for (let sample = 0; sample < perWord; sample += 1) {
      const fade = Math.min(1, sample / FADE_SAMPLES, (perWord - sample) / FADE_SAMPLES);
      const value = Math.round(Math.sin(sample * step) * LOUDNESS * fade);
      samples.writeInt16LE(value, (index * perWord + sample) * BYTES_PER_SAMPLE);
    }
  }
  return samples;
};

/** How long a WAV file lasts, in seconds; undefined where it is none. */
export const secondsOfWav = (file: Uint8Array): number | undefined => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  if (bytes.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (type === 'fmt ' && at + 20 <= bytes.length) bytesPerSecond = bytes.readUInt32LE(at + 16);
    // Writers that do not know the length beforehand leave a size that is too large.
    if (type === 'data') {
      const length = Math.min(size, bytes.length - at - 8);
      return bytesPerSecond > 0 ? length / bytesPerSecond : undefined;
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
};
