import type { CatalogueReader } from '../../catalogue/catalogue-reader.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { MediaShelf } from '../../gateway/media-shelf.ts';
import { isRoute } from '../../gateway/routing/compiled-routes.ts';
import { meantBy } from '../../gateway/stages/resolve-model.ts';
import { chatDialect } from '../../wire/serve/chat/dialect.ts';
import { readChatImage, streamChatImage, writeChatImage } from '../../wire/serve/operations/chat-image.ts';
import { namesImageModel } from '../../wire/serve/operations/image-model-name.ts';
import { splitControl } from './control-options.ts';
import type { Exchange } from './exchange.ts';
import { headersOf, type OperationDependencies, performFor, sendReply } from './operation-route.ts';
import { placedImages } from './placed-images.ts';

/** Whether a name stands for a model that makes images and says nothing; where no source says what it can, its name tells. */
export const isImageModel = (name: JsonValue | undefined, catalogue: CatalogueReader): boolean => {
  if (typeof name !== 'string' || isRoute(name)) return false;
  const meaning = meantBy(name, catalogue.current());
  if (meaning === undefined) return false;
  const { capabilities, slug } = meaning.model;
  if (capabilities.length === 0) return namesImageModel(slug);
  return capabilities.includes('IMAGE_GENERATION') && !capabilities.includes('COMPLETION');
};

/** An image asked for through chat completions: answers as a chat whose message shows it. */
export const serveChatImage = async (
  given: JsonObject,
  exchange: Exchange,
  deps: OperationDependencies & { readonly shelf: MediaShelf },
): Promise<void> => {
  const { control, body } = splitControl(given, exchange.request.headers);
  const read = readChatImage(body);
  const done = await performFor('IMAGE_GENERATION', read, control, chatDialect, exchange, deps);
  if (done === undefined) return;
  const {
    answer,
    answer: { result, record },
    asked: { options },
  } = done;
  const urls = options.wantsUrls ? await placedImages(result, deps.shelf) : undefined;
  const headers = headersOf(answer, exchange, deps);
  const reply = options.stream
    ? ({ kind: 'EVENTS', text: streamChatImage(result, record, options, urls) } as const)
    : ({ kind: 'JSON', body: writeChatImage(result, record, options, urls) } as const);
  sendReply(exchange, reply, headers);
};
