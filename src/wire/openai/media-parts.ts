import type { FilePart, ImagePart, MediaSource } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import { fileNameOf } from './file-name.ts';

const AUDIO_FORMATS: { readonly [mediaType: string]: 'wav' | 'mp3' } = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
};

const audioFormatOf = (mediaType: string): 'wav' | 'mp3' | undefined =>
  AUDIO_FORMATS[mediaType.split(';')[0]?.trim().toLowerCase() ?? ''];

/** Data of a format that chat completions know. */
export const isAudioTaken = (source: MediaSource): boolean =>
  source.kind === 'data' && audioFormatOf(source.mediaType) !== undefined;

/** The address, or the data as one. */
export const addressOf = (source: MediaSource): string =>
  source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.base64}`;

export const encodeImage = ({ source, detail }: ImagePart): JsonObject => ({
  type: 'image_url',
  image_url: { url: addressOf(source), ...(detail === undefined ? {} : { detail }) },
});

/** For what `isAudioTaken`. */
export const encodeAudio = (source: MediaSource): JsonObject => ({
  type: 'input_audio',
  input_audio:
    source.kind === 'data'
      ? { data: source.base64, format: audioFormatOf(source.mediaType) ?? 'wav' }
      : { data: source.url },
});

export const encodeFile = ({ source, name }: FilePart): JsonObject => {
  const filename = name ?? (source.kind === 'data' ? fileNameOf(source.mediaType) : undefined);
  return {
    type: 'file',
    file: { ...(filename === undefined ? {} : { filename }), file_data: addressOf(source) },
  };
};
