import { type Failure, failureOf } from '../../../../domain/failure.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import type {
  EmbeddingPurpose,
  EmbeddingRequest,
  ImageGenerationRequest,
} from '../../../../domain/operation.ts';
import { usageOf } from '../../../../domain/usage.ts';
import type { OperationAdapters } from '../../../../ports/provider.ts';
import { countAt, textAt } from '../../../../wire/json-reading.ts';
import { aiSdkEmbedding } from '../embedding.ts';
import type { ExchangeRules } from '../exchange.ts';
import { aiSdkOperation, OperationFailure } from '../perform.ts';
import { aiSdkReranking } from '../reranking.ts';
import { readWarning } from '../sdk-warnings.ts';
import { bedrockFailure } from './errors.ts';
import type { ConnectBedrock } from './language.ts';
import { type BedrockTokenCountOptions, bedrockTokenCount } from './token-count.ts';

export type BedrockOperationsOptions = BedrockTokenCountOptions & {
  readonly connectReranker: ConnectBedrock;
};

const RULES: ExchangeRules = { failureOf: bedrockFailure };

type EmbeddingFamily = 'nova' | 'cohere' | 'titan';
const embeddingFamily = (model: string): EmbeddingFamily =>
  model.includes('amazon.nova-') ? 'nova' : model.includes('cohere.embed-') ? 'cohere' : 'titan';

const LENGTHS: { readonly [Family in EmbeddingFamily]: readonly number[] } = {
  nova: [256, 384, 1_024, 3_072],
  cohere: [256, 512, 1_024, 1_536],
  titan: [256, 512, 1_024],
};
/** Older models have one length each. */
const choosesLength = (model: string): boolean =>
  !/titan-embed-(text-v1|g1)|cohere\.embed-(english|multilingual)/.test(model);

const NOVA_PURPOSES: { readonly [Purpose in EmbeddingPurpose]?: string } = {
  QUERY: 'TEXT_RETRIEVAL',
  DOCUMENT: 'GENERIC_INDEX',
  CLASSIFICATION: 'CLASSIFICATION',
  CLUSTERING: 'CLUSTERING',
};
const COHERE_PURPOSES: { readonly [Purpose in EmbeddingPurpose]?: string } = {
  QUERY: 'search_query',
  DOCUMENT: 'search_document',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
};

const unsupportedEmbedding = (model: string, { dimensions, purpose }: EmbeddingRequest) => {
  const family = embeddingFamily(model);
  const purposes = family === 'nova' ? NOVA_PURPOSES : family === 'cohere' ? COHERE_PURPOSES : {};
  const lengths = choosesLength(model) ? LENGTHS[family] : [];
  return [
    ...(dimensions === undefined || lengths.includes(dimensions)
      ? []
      : [
          {
            name: 'dimensions',
            problem:
              lengths.length === 0
                ? 'the vectors of this model have one length only'
                : `this model makes vectors of ${lengths.join(', ')}`,
          },
        ]),
    ...(purpose === undefined || purposes[purpose] !== undefined
      ? []
      : [{ name: 'purpose', problem: 'this model does not tell this purpose from others' }]),
  ];
};

/** A text that is too long is an error, rather than cut without a word. */
const embeddingOptions = (model: string, { dimensions, purpose = 'DOCUMENT' }: EmbeddingRequest) => {
  switch (embeddingFamily(model)) {
    case 'nova':
      return {
        embeddingPurpose: NOVA_PURPOSES[purpose] ?? 'GENERIC_INDEX',
        truncate: 'NONE',
        ...(dimensions !== undefined && { embeddingDimension: dimensions }),
      };
    case 'cohere':
      return {
        inputType: COHERE_PURPOSES[purpose] ?? 'search_document',
        truncate: 'NONE',
        ...(dimensions !== undefined && { outputDimension: dimensions }),
      };
    case 'titan':
      return dimensions === undefined ? {} : { dimensions };
  }
};

const STYLES: ReadonlySet<string> = new Set([
  '3D_ANIMATED_FAMILY_FILM',
  'DESIGN_SKETCH',
  'FLAT_VECTOR_ILLUSTRATION',
  'GRAPHIC_NOVEL_ILLUSTRATION',
  'MAXIMALISM',
  'MIDCENTURY_RETRO',
  'PHOTOREALISM',
  'SOFT_DIGITAL_PAINTING',
]);

const unsupportedImage = (_model: string, request: ImageGenerationRequest) => {
  const found: { readonly name: string; readonly problem: string }[] = [];
  const add = (name: string, isAsked: boolean, problem: string): void => {
    if (isAsked) found.push({ name, problem });
  };
  const { style, quality } = request;
  add('size', request.size !== undefined && !/^\d+x\d+$/.test(request.size), 'it is WIDTHxHEIGHT in pixels');
  add('aspectRatio', request.aspectRatio !== undefined, 'Bedrock takes a size in pixels');
  add(
    'background',
    request.background !== undefined && request.background !== 'AUTO',
    'Bedrock has no place for it',
  );
  add('format', request.format !== undefined && request.format !== 'PNG', 'Bedrock makes PNG');
  add(
    'quality',
    quality !== undefined && quality !== 'standard' && quality !== 'premium',
    'it is standard or premium',
  );
  const isKnown = style === undefined || STYLES.has(style);
  add('style', !isKnown, `it is one of ${[...STYLES].join(', ')}`);
  add(
    'style',
    isKnown && style !== undefined && request.images.length > 0,
    'it is for images made from words alone',
  );
  add('seed', request.seed === 0, 'a seed of 0 cannot be passed on: take another');
  add(
    'mask',
    request.mask !== undefined,
    'Bedrock takes masks in black and white, not of transparent pixels',
  );
  return found;
};

/** The filter may stop all of the images with an answer that is none. */
const filteredBy = (answer: JsonObject): Failure | undefined => {
  const said = textAt(answer, 'error');
  return answer.status === 'Request Moderated' || said !== undefined
    ? failureOf('CONTENT_FILTERED', "The provider's content filter stopped the images.", {
        ...(said !== undefined && { providerMessage: said }),
      })
    : undefined;
};

/** At most so many documents are one unit of what is billed. */
const DOCUMENTS_A_QUERY = 100;

export const bedrockOperations = ({
  connectReranker,
  ...options
}: BedrockOperationsOptions): OperationAdapters => {
  const { connect, performance } = options;
  return {
    TOKEN_COUNT: bedrockTokenCount(options),
    EMBEDDING: aiSdkEmbedding(performance, {
      model: (fetch, model) => connect(fetch).embeddingModel(model),
      unsupported: unsupportedEmbedding,
      rules: RULES,
      options: (model, request) => ({ amazonBedrock: embeddingOptions(model, request) }),
      usage(answered) {
        const input =
          countAt(answered.json(), 'inputTextTokenCount') ??
          countAt(answered.json(), 'inputTokenCount') ??
          countAt(answered.headers(), 'x-amzn-bedrock-input-token-count');
        return input === undefined ? undefined : usageOf({ input });
      },
    }),
    IMAGE_GENERATION: aiSdkOperation<'IMAGE_GENERATION'>(performance, {
      unsupported: unsupportedImage,
      answers: 'JSON',
      rules: () => RULES,
      async run(fetch, providerModelId, request, answered) {
        const { prompt, count, size, seed, quality, style, images } = request;
        const [width = '', height = ''] = size?.split('x') ?? [];
        const model = connect(fetch).imageModel(providerModelId);
        let made: Awaited<ReturnType<typeof model.doGenerate>>;
        try {
          made = await model.doGenerate({
            prompt,
            n: count ?? 1,
            size: size === undefined ? undefined : `${Number(width)}x${Number(height)}`,
            aspectRatio: undefined,
            seed,
            files: images.map(({ mediaType, bytes }) => ({ type: 'file', mediaType, data: bytes })),
            mask: undefined,
            providerOptions: {
              amazonBedrock: {
                ...(quality !== undefined && { quality }),
                ...(style !== undefined && { style }),
              },
            },
          });
        } catch (error) {
          const filtered = filteredBy(answered.json());
          throw filtered === undefined ? error : new OperationFailure(filtered);
        }
        const blocked = textAt(answered.json(), 'error');
        return {
          result: {
            images: made.images.map((image) => ({
              image: {
                mediaType: 'image/png',
                bytes: typeof image === 'string' ? Buffer.from(image, 'base64') : image,
              },
            })),
          },
          usage: usageOf({ images: made.images.length }),
          warnings: [
            ...made.warnings.map(readWarning),
            ...(blocked === undefined ? [] : [{ code: 'PROVIDER_WARNING' as const, message: blocked }]),
          ],
          providerResponseId: answered.headers()['x-amzn-requestid'],
        };
      },
      // The list of images may be left out but not missing.
      withoutUnsupported: (request, names) => {
        const kept = Object.fromEntries(Object.entries(request).filter(([name]) => !names.has(name)));
        return { ...kept, prompt: request.prompt, images: request.images };
      },
    }),
    RERANK: aiSdkReranking(performance, {
      model: (fetch, model) => connectReranker(fetch).rerankingModel(model),
      rules: RULES,
      usage: (_answered, { documents }) =>
        usageOf({ requests: Math.ceil(documents.length / DOCUMENTS_A_QUERY) }),
      warnings: (answered) =>
        textAt(answered.json(), 'nextToken') === undefined
          ? []
          : [
              {
                code: 'PROVIDER_WARNING',
                message: 'The provider ranks more documents than it gave; ask for fewer.',
              },
            ],
    }),
  };
};
