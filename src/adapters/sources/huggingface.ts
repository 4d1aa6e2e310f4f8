import { METERS } from '../../domain/meters.ts';
import type { Capability } from '../../domain/model.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourcePerformance,
  type SourceProblem,
} from '../../ports/catalogue-source.ts';
import { createPriceRows } from '../../price-lists/price-rows.ts';
import { nameIn, sizeIn } from '../../price-lists/read-values.ts';
import {
  dataRows,
  figureOf,
  type JsonMembers,
  listOf,
  membersOf,
  modalitiesOf,
  type RowReading,
  readRows,
  splitId,
} from './live-payload.ts';

const PROVIDER = 'huggingface';

const performanceOf = (host: JsonMembers): readonly SourcePerformance[] => {
  const throughput = figureOf(host.throughput);
  const latency = figureOf(host.first_token_latency_ms);
  return [
    ...(latency === undefined ? [] : [{ metric: 'TTFT_MS', p50: latency } as const]),
    ...(throughput === undefined ? [] : [{ metric: 'OUTPUT_TPS', p50: throughput } as const]),
  ];
};

/** Capabilities that a flag states or denies. */
const FLAGS: readonly (readonly [string, Capability])[] = [
  ['supports_tools', 'TOOLS'],
  ['supports_structured_output', 'STRUCTURED_OUTPUT'],
];

/** Calls name the host behind a colon: `organization/name:host`. Hosts that are not live cannot be called. */
const readModel = (id: string, row: JsonMembers): RowReading => {
  const architecture = membersOf(row.architecture);
  const inputModalities = modalitiesOf(architecture?.input_modalities);
  const outputModalities = modalitiesOf(architecture?.output_modalities);
  const readings = listOf(row.providers).map((each): RowReading => {
    const host = membersOf(each);
    const name = nameIn(host?.provider);
    if (host === undefined || name === undefined)
      return {
        offerings: [],
        problems: [{ subject: `${PROVIDER}/${id}`, reason: 'MALFORMED', detail: 'a host has no name' }],
      };
    if (host.status !== undefined && host.status !== 'live') return { offerings: [], problems: [] };
    const providerModelId = `${id}:${name}`;
    const problems: SourceProblem[] = [];
    const prices = createPriceRows(`${PROVIDER}/${providerModelId}`, problems);
    const pricing = membersOf(host.pricing);
    const of = 1_000_000;
    prices.add({ word: 'pricing.input', amount: pricing?.input, meter: METERS.input, of });
    prices.add({ word: 'pricing.output', amount: pricing?.output, meter: METERS.output, of });
    const contextWindow = sizeIn(host.context_length);
    return {
      offerings: [
        {
          providerId: PROVIDER,
          providerModelId,
          identity: { huggingFaceId: id, ...splitId(id) },
          facts: {
            limits: contextWindow === undefined ? {} : { contextWindow },
            capabilities: [
              'COMPLETION',
              ...FLAGS.flatMap(([flag, capability]) => (host[flag] === true ? [capability] : [])),
            ],
            lacks: FLAGS.flatMap(([flag, capability]) => (host[flag] === false ? [capability] : [])),
            ...(inputModalities !== undefined && { inputModalities }),
            ...(outputModalities !== undefined && { outputModalities }),
          },
          ...(prices.rows.length === 0 && host.is_free === true && { billing: 'FREE' as const }),
          prices: prices.rows,
          performance: performanceOf(host),
          sourceUrl: `https://huggingface.co/${id}`,
        },
      ],
      problems,
    };
  });
  return {
    offerings: readings.flatMap(({ offerings }) => offerings),
    problems: readings.flatMap(({ problems }) => problems),
  };
};

/** What each host behind Hugging Face's router charges, and how fast it is. */
export const huggingfaceRouter: CatalogueSource = {
  id: 'huggingface-router',
  name: 'Hugging Face Inference Providers',
  pageUrl: 'https://huggingface.co/inference/models',
  baseUrl: 'https://router.huggingface.co',
  requests: [{ name: 'models', path: '/v1/models' }],
  terms: 'Public API of Hugging Face; see huggingface.co/terms-of-service.',
  byDefault: true,
  storable: true,
  parse(bodies) {
    return { ...EMPTY_READING, ...readRows(dataRows(bodies, 'models'), PROVIDER, 'id', readModel) };
  },
};
