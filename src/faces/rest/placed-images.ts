import type { OperationResults } from '../../domain/operation.ts';
import type { MediaShelf } from '../../gateway/media-shelf.ts';

/** Where images lie for a while; undefined where they cannot be kept, so that they go out as data. */
export const placedImages = async (
  { images }: OperationResults['IMAGE_GENERATION'],
  shelf: Pick<MediaShelf, 'keep'>,
): Promise<readonly string[] | undefined> => {
  try {
    const kept = await Promise.all(images.map(({ image }) => shelf.keep(image)));
    return kept.map(({ url }) => url);
  } catch {
    return undefined;
  }
};
