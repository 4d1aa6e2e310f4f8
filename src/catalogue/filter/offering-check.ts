import { offeringRetention } from '../../domain/data-retention.ts';
import type { Capability, Offering } from '../../domain/model.ts';
import type { FilterReason, OfferingFilter } from '../../domain/offering-filter.ts';
import type { Modality } from '../../domain/price.ts';
import { reaches, scoreAt } from '../../domain/quality.ts';
import { areWithin } from '../../domain/region.ts';
import { measuredOf } from '../comparison/measured.ts';
import { wantedModels } from '../comparison/named.ts';
import { movingAliases } from '../moving-aliases.ts';
import { placesOf, placesText } from '../offering-regions.ts';
import { regionToAsk } from '../request-regions.ts';
import {
  day,
  type FilterCheck,
  type FilterContext,
  firstMiss,
  included,
  listed,
  lowerCase,
  miss,
} from './filter-check.ts';
import { blendedPriceCheck, freeCheck, priceCheck } from './price-checks.ts';
import { releasedAfterCheck, releasedBeforeCheck } from './release-checks.ts';

type Member = keyof OfferingFilter;
type Checks = {
  readonly [Name in Member]: (
    asked: NonNullable<OfferingFilter[Name]>,
    context: FilterContext,
  ) => FilterCheck;
};

const always: FilterCheck = () => undefined;

const capable =
  (asked: readonly Capability[]): FilterCheck =>
  ({ capabilities, lacks }) => {
    for (const capability of asked) {
      if (lacks.includes(capability)) return miss('CAPABILITY', `It lacks ${capability}.`);
      if (!capabilities.includes(capability))
        return miss('UNKNOWN_CAPABILITY', `No source says whether it has ${capability}.`);
    }
    return undefined;
  };

const modal =
  (
    asked: readonly Modality[],
    knownOf: (offering: Offering) => readonly Modality[] | undefined,
    verb: string,
  ): FilterCheck =>
  (offering) => {
    if (asked.length === 0) return undefined;
    const known = knownOf(offering);
    if (known === undefined) return miss('UNKNOWN_MODALITY', `No source says what it ${verb}.`);
    const missing = asked.find((modality) => !known.includes(modality));
    if (missing === undefined) return undefined;
    return miss('MODALITY', `It ${verb} ${known.join(', ') || 'nothing known'}, not ${missing}.`);
  };

const atLeast =
  (
    asked: number,
    limitOf: (offering: Offering) => number | undefined,
    unknown: FilterReason,
    fails: FilterReason,
    what: string,
  ): FilterCheck =>
  (offering) => {
    const limit = limitOf(offering);
    if (limit === undefined) return miss(unknown, `No source states its ${what}.`);
    if (limit >= asked) return undefined;
    return miss(fails, `Its ${what} is ${limit} tokens; asked for ${asked}.`);
  };

const notOff = ({ catalogue }: FilterContext): FilterCheck => {
  return (offering) => {
    if (catalogue.isOn(offering)) return undefined;
    const status = catalogue.provider(offering.providerId)?.status;
    return miss('OFF', status?.kind === 'OFF' ? status.reason : 'Its provider is not configured.');
  };
};

/** One row a member: how it is checked. The cheapest come first, as the first miss is what is told. */
const CHECKS: Checks = {
  providers: (asked) => {
    const wanted = lowerCase(asked);
    return ({ providerId }) =>
      wanted.has(providerId.toLowerCase())
        ? undefined
        : miss('PROVIDER', `${providerId} is not one of ${listed(asked)}.`);
  },
  excludeProviders: (asked) => {
    const unwanted = lowerCase(asked);
    return ({ providerId }) =>
      unwanted.has(providerId.toLowerCase()) ? miss('PROVIDER', `${providerId} is excluded.`) : undefined;
  },
  offerings: (asked) => {
    const wanted = new Set(asked);
    return ({ id }) => (wanted.has(id) ? undefined : miss('OFFERING', 'It is not one of those asked for.'));
  },
  models: (asked, { catalogue }) => {
    const wanted = wantedModels(catalogue, asked);
    return ({ id, modelSlug }) =>
      wanted.has(id) || wanted.has(modelSlug)
        ? undefined
        : miss('MODEL', `${modelSlug} is not among the models asked for.`);
  },
  labs: (asked, { catalogue }) => {
    const wanted = lowerCase(asked);
    return ({ modelSlug }) => {
      const lab = catalogue.model(modelSlug)?.lab ?? modelSlug.slice(0, Math.max(0, modelSlug.indexOf('/')));
      return wanted.has(lab.toLowerCase())
        ? undefined
        : miss('LAB', `Its model is of ${lab}; asked for ${listed(asked)}.`);
    };
  },
  families: (asked, { catalogue }) => {
    const wanted = lowerCase(asked);
    return ({ modelSlug }) => {
      const family = catalogue.model(modelSlug)?.family;
      return family !== undefined && wanted.has(family.toLowerCase())
        ? undefined
        : miss('FAMILY', `Its model is of the family ${family ?? 'unknown'}; asked for ${listed(asked)}.`);
    };
  },
  search: (asked, { catalogue }) => {
    const part = asked.toLowerCase();
    return ({ id, modelSlug }) =>
      id.toLowerCase().includes(part) ||
      modelSlug.toLowerCase().includes(part) ||
      catalogue.model(modelSlug)?.name.toLowerCase().includes(part)
        ? undefined
        : miss('SEARCH', 'Neither its id nor its name contains what was searched.');
  },
  availability: (asked, context) => {
    switch (asked) {
      case 'ANY':
        return always;
      case 'CALLABLE':
        return notOff(context);
      case 'NOT_CALLABLE':
        return (offering) =>
          context.catalogue.isOn(offering) ? miss('ON', 'This server can call it.') : undefined;
    }
  },
  providerKinds: (asked, { catalogue }) => {
    return ({ providerId }) => {
      const kind = catalogue.provider(providerId)?.kind;
      if (kind === undefined)
        return miss('UNKNOWN_PROVIDER_KIND', `No source says of what kind ${providerId} is.`);
      return asked.includes(kind)
        ? undefined
        : miss('PROVIDER_KIND', `${providerId} is of the kind ${kind}; asked for ${asked.join(', ')}.`);
    };
  },
  excludeProviderKinds: (asked, { catalogue }) => {
    return ({ providerId }) => {
      const kind = catalogue.provider(providerId)?.kind;
      if (kind === undefined)
        return miss('UNKNOWN_PROVIDER_KIND', `No source says of what kind ${providerId} is.`);
      return asked.includes(kind)
        ? miss('PROVIDER_KIND', `${providerId} is of the kind ${kind}, which is excluded.`)
        : undefined;
    };
  },
  billing: (asked) => {
    return ({ billing }) => {
      if (asked.includes(billing)) return undefined;
      return billing === 'UNKNOWN'
        ? miss('UNKNOWN_BILLING', 'No source says how it is billed.')
        : miss('BILLING', `It is billed as ${billing}; asked for ${asked.join(', ')}.`);
    };
  },
  modelJoins: (asked) => {
    return ({ join }) =>
      asked.includes(join)
        ? undefined
        : miss('MODEL_JOIN', `It is joined to its model as ${join}; asked for ${asked.join(', ')}.`);
  },
  regions: (asked, { catalogue }) => {
    return (offering) => {
      const places = placesOf(catalogue, offering);
      const within = areWithin(places, asked);
      if (within === true || regionToAsk(catalogue, offering, asked) !== undefined) return undefined;
      return miss(
        within === undefined ? 'UNKNOWN_REGION' : 'REGION',
        `${placesText(places)}; asked for ${listed(asked)}.`,
      );
    };
  },
  zeroRetention: (asked, { catalogue }) => {
    return (offering) => {
      const { kind, detail } = offeringRetention(offering, catalogue.provider(offering.providerId)?.kind);
      if (kind === 'UNKNOWN') return miss('UNKNOWN_RETENTION', detail);
      return (kind === 'ZERO') === asked ? undefined : miss('RETENTION', detail);
    };
  },
  retired: (asked, { at }) =>
    included(
      asked,
      ({ retiresAt }) => retiresAt !== undefined && retiresAt <= at,
      ({ retiresAt }) => miss('RETIRED', `It was switched off on ${day(retiresAt ?? at)}.`),
      () => miss('NOT_RETIRED', 'No source says that it was switched off.'),
    ),
  deprecated: (asked) =>
    included(
      asked,
      ({ deprecated }) => deprecated,
      () => miss('DEPRECATED', 'A source calls it deprecated; `deprecated: INCLUDE` lets it pass.'),
      () => miss('NOT_DEPRECATED', 'No source calls it deprecated.'),
    ),
  movingAliases: (asked, { catalogue }) =>
    included(
      asked,
      ({ id }) => movingAliases(catalogue).has(id),
      () => miss('MOVING_ALIAS', 'Its name stands for another model from time to time.'),
      () => miss('NOT_MOVING_ALIAS', 'Its name stands for one model.'),
    ),
  minContextWindow: (asked) =>
    atLeast(
      asked,
      ({ limits }) => limits.contextWindow,
      'UNKNOWN_CONTEXT',
      'CONTEXT_TOO_SMALL',
      'context window',
    ),
  minOutputTokens: (asked) =>
    atLeast(
      asked,
      ({ limits }) => limits.maxOutputTokens,
      'UNKNOWN_OUTPUT_LIMIT',
      'OUTPUT_LIMIT_TOO_SMALL',
      'output limit',
    ),
  releasedAfter: releasedAfterCheck,
  releasedBefore: releasedBeforeCheck,
  openWeights: (asked) => {
    return ({ openWeights }) => {
      if (openWeights === undefined)
        return miss('UNKNOWN_WEIGHTS', 'No source says whether its weights can be downloaded.');
      if (openWeights === asked) return undefined;
      return openWeights
        ? miss('OPEN_WEIGHTS', 'Its weights can be downloaded.')
        : miss('CLOSED_WEIGHTS', 'Its weights cannot be downloaded.');
    };
  },
  inputModalities: (asked) => modal(asked, ({ inputModalities }) => inputModalities, 'takes'),
  outputModalities: (asked) => modal(asked, ({ outputModalities }) => outputModalities, 'gives'),
  capabilities: (asked) => capable(asked),
  minQuality: ({ benchmark, score }, { catalogue }) => {
    return ({ modelSlug }) => {
      const found = scoreAt(catalogue.qualityOf(modelSlug), benchmark);
      if (found === undefined)
        return miss('UNKNOWN_QUALITY', `No comparable score of ${modelSlug} at ${benchmark} is known.`);
      if (reaches(found, score)) return undefined;
      const less = found.lessIsBetter ? ', and less is better' : '';
      return miss(
        'QUALITY_BELOW',
        `${modelSlug} scores ${found.score} at ${benchmark}; asked for ${score}${less}.`,
      );
    };
  },
  free: freeCheck,
  maxInputPrice: (asked, context) => priceCheck('INPUT', asked, context),
  maxOutputPrice: (asked, context) => priceCheck('OUTPUT', asked, context),
  maxBlendedPrice: blendedPriceCheck,
  maxTtftMs: (asked, context) => {
    return (offering) => {
      const { ttft } = measuredIn(context, offering);
      if (ttft === undefined) return miss('UNKNOWN_TTFT', 'Its time to the first token was not measured.');
      return ttft.p50 <= asked
        ? undefined
        : miss('TTFT_ABOVE', `Its median time to the first token is ${ttft.p50} ms; asked for ${asked}.`);
    };
  },
  minOutputTps: (asked, context) => {
    return (offering) => {
      const { outputTps } = measuredIn(context, offering);
      if (outputTps === undefined)
        return miss('UNKNOWN_THROUGHPUT', 'Its output tokens a second were not measured.');
      return outputTps.p50 >= asked
        ? undefined
        : miss('THROUGHPUT_BELOW', `Its median is ${outputTps.p50} tokens a second; asked for ${asked}.`);
    };
  },
  minUptime: (asked, context) => {
    return (offering) => {
      const { uptime } = measuredIn(context, offering);
      if (uptime === undefined) return miss('UNKNOWN_UPTIME', 'Its uptime was not measured.');
      return uptime.p50 >= asked
        ? undefined
        : miss('UPTIME_BELOW', `Its uptime is ${uptime.p50}; asked for ${asked}.`);
    };
  },
  /** By whoever knows the request: a comparison or a route. */
  maxCostPerRequest: () => always,
};

/** Every member, in the order in which they are checked. */
export const FILTER_MEMBERS: readonly Member[] = Object.keys(CHECKS) as Member[];

const measuredIn = ({ catalogue, measured }: FilterContext, { id }: Offering) =>
  measuredOf(measured?.(id) ?? [], catalogue.performanceOf(id));

const checkOf = <Name extends Member>(
  name: Name,
  asked: OfferingFilter[Name],
  context: FilterContext,
): FilterCheck | undefined => {
  if (asked === undefined || asked === null) return undefined;
  const make: Checks[Name] = CHECKS[name];
  return make(asked, context);
};

/**
 * Whether offerings pass, and if not the first reason why. A demanded fact that no source states does not hold, and its reason
 * is UNKNOWN_…. `maxCostPerRequest` is left to callers that know the request.
 */
export const offeringCheck = (filter: OfferingFilter, context: FilterContext): FilterCheck => {
  const checks: FilterCheck[] = [];
  for (const name of FILTER_MEMBERS) {
    const check = checkOf(name, filter[name], context);
    if (check !== undefined) checks.push(check);
  }
  return firstMiss(checks);
};
