import type { MediaPart } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Without parameters; a common misnomer set right. */
const baseType = (mediaType: string): string => {
  const type = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  return type === 'image/jpg' ? 'image/jpeg' : type;
};

const isPlainText = (mediaType: string): boolean =>
  mediaType.startsWith('text/') || mediaType === 'application/json' || mediaType.endsWith('+json');

/** Why the API cannot take such data; undefined where it can. */
export const unreadableMedia = ({ type, source }: MediaPart): string | undefined => {
  if (source.kind === 'url') return undefined;
  const mediaType = baseType(source.mediaType);
  if (type === 'image' && !IMAGE_TYPES.has(mediaType))
    return `Anthropic reads JPEG, PNG, GIF and WebP images, not ${mediaType}`;
  if (type === 'file' && mediaType !== 'application/pdf' && !isPlainText(mediaType))
    return `Anthropic reads PDF and plain text, not ${mediaType}`;
  return undefined;
};

const imageSource = ({ source }: MediaPart): JsonObject =>
  source.kind === 'url'
    ? { type: 'url', url: source.url }
    : { type: 'base64', media_type: baseType(source.mediaType), data: source.base64 };

const documentSource = ({ source }: MediaPart): JsonObject => {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  const mediaType = baseType(source.mediaType);
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data: source.base64 };
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(source.base64, 'base64').toString() };
};

/** The block of an image or a document; none for what the API cannot take. */
export const encodeMedia = (part: MediaPart): readonly JsonObject[] => {
  if (unreadableMedia(part) !== undefined) return [];
  switch (part.type) {
    case 'audio':
      return [];
    case 'image':
      return [{ type: 'image', source: imageSource(part) }];
    case 'file':
      return [
        {
          type: 'document',
          source: documentSource(part),
          ...(part.name === undefined ? {} : { title: part.name }),
        },
      ];
  }
};
