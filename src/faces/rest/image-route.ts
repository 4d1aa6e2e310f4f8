import type { MediaShelf } from '../../gateway/media-shelf.ts';
import type { ImageOptions } from '../../wire/serve/operations/image-fields.ts';
import { imagesReply } from '../../wire/serve/operations/images-reply.ts';
import type { ServedOperation } from '../../wire/serve/served-operation.ts';
import type { Exchange } from './exchange.ts';
import { headersOf, type OperationDependencies, performOperation, sendReply } from './operation-route.ts';
import { placedImages } from './placed-images.ts';
import type { ErrorFormat } from './send.ts';

/** Serves images, as data or as addresses at which they lie for a while. */
export const serveImages = async (
  served: ServedOperation<'IMAGE_GENERATION', ImageOptions>,
  format: ErrorFormat,
  exchange: Exchange,
  deps: OperationDependencies & { readonly shelf: MediaShelf },
): Promise<void> => {
  const done = await performOperation(served, format, exchange, deps);
  if (done === undefined) return;
  const { answer, asked } = done;
  const urls = asked.options.wantsUrls ? await placedImages(answer.result, deps.shelf) : undefined;
  sendReply(exchange, imagesReply(answer, asked.options, urls), headersOf(answer, exchange, deps));
};
