const HEADER_BYTES = 44;
const BYTES_A_SAMPLE = 2;

/** Signed 16-bit little-endian samples of one channel, as a WAV file. */
export const wavOf = (pcm: Uint8Array, sampleRate: number): Uint8Array => {
  const file = Buffer.alloc(HEADER_BYTES + pcm.byteLength);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + pcm.byteLength, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * BYTES_A_SAMPLE, 28);
  file.writeUInt16LE(BYTES_A_SAMPLE, 32);
  file.writeUInt16LE(8 * BYTES_A_SAMPLE, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(pcm.byteLength, 40);
  file.set(pcm, HEADER_BYTES);
  return file;
};
