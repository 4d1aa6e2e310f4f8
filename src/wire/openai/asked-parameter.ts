import type { CompletionRequest, RequestParameter } from '../../domain/completion-request.ts';
import { hasCacheMarks, hasMedia } from '../honoured-request.ts';

/** Whether a request sets a parameter, holds such media, or marks its prompt. */
export const isAsked = (request: CompletionRequest, name: RequestParameter): boolean => {
  switch (name) {
    case 'imageUrl':
      return hasMedia(request, 'image', 'url');
    case 'imageData':
      return hasMedia(request, 'image', 'data');
    case 'audioUrl':
      return hasMedia(request, 'audio', 'url');
    case 'audioData':
      return hasMedia(request, 'audio', 'data');
    case 'fileUrl':
      return hasMedia(request, 'file', 'url');
    case 'fileData':
      return hasMedia(request, 'file', 'data');
    case 'cache':
      return hasCacheMarks(request);
    case 'tools':
      return request.tools.length > 0;
    case 'metadata':
      return Object.keys(request.metadata ?? {}).length > 0;
    default:
      return request[name] !== undefined;
  }
};
