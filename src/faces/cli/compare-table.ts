import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Comparison, ComparisonGroup } from '../../catalogue/comparison/compare-offerings.ts';
import type { ComparedOffering } from '../../catalogue/comparison/compared-offering.ts';
import type { Criterion } from '../../catalogue/comparison/criteria.ts';
import type { ExclusionReason } from '../../catalogue/comparison/exclusion.ts';
import { priceFactsOf } from '../../catalogue/comparison/price-facts.ts';
import { TASKS } from '../../catalogue/comparison/task-presets.ts';
import { sourcesOf } from './compare-json.ts';
import { age, day, price, releaseText, tokens } from './figures.ts';
import { bar, paint, type Terminal } from './terminal.ts';
import { type Column, textTable, wrapped } from './text-table.ts';

const words = (word: string): string => word.toLowerCase().replaceAll('_', ' ');

/** Reasons that do not read as words. */
const REASON_WORDS: { readonly [Reason in ExclusionReason]?: string } = {
  OFF: 'not configured',
  OPERATION: 'for another operation',
  UNPRICED: 'without a price for it',
  DUPLICATE: 'second names',
  SANDBOX: 'of the sandbox',
  FREE: 'free of charge',
  PRICE_ABOVE: 'too expensive',
  COST_ABOVE: 'too expensive',
  PLAN: 'billed by subscription',
  COMMITMENT: 'billed by commitment',
  NO_FX_RATE: 'without an exchange rate',
};

/** Reasons in the footer; the JSON has all. */
const REASONS_SHOWN = 4;
/** Rows of models that are not comparable, under those that are. */
const OTHERS_SHOWN = 5;

/** What is compared, above the table. */
const heading = ({ task, workload, requestsPerMonth, availabilityNote }: Comparison): readonly string[] => {
  const { inputTokens, outputTokens, cachedInputShare = 0, reasoningTokens = 0, batchShare = 0 } = workload;
  const { characters = 0, audioSeconds = 0 } = workload;
  const amounts = [
    ...(characters > 0 ? [`${characters} characters`] : []),
    ...(audioSeconds > 0 ? [`${audioSeconds} s of audio`] : []),
    ...(characters > 0 || audioSeconds > 0 || inputTokens === 0
      ? []
      : [
          `${inputTokens.toLocaleString('en')} tokens in${cachedInputShare > 0 ? ` (${Math.round(cachedInputShare * 100)} % cached)` : ''}`,
        ]),
    ...(reasoningTokens > 0 ? [`${reasoningTokens.toLocaleString('en')} of thought`] : []),
    ...(outputTokens > 0 && characters === 0 ? [`${outputTokens.toLocaleString('en')} out`] : []),
    ...(batchShare > 0 ? [`${Math.round(batchShare * 100)} % in batches`] : []),
  ];
  const title = task === undefined ? 'A request' : TASKS[task].title;
  return [
    `${title}: ${amounts.join(', ')}; ${requestsPerMonth.toLocaleString('en')} a month.`,
    ...(availabilityNote === undefined ? [] : [availabilityNote]),
  ];
};

const UNJUDGED = 'Not comparable: no score of them is known. Newest first, flagships before others.';

const ONLY_UNJUDGED = 'No scores are known for this task: newest first, flagships before others.';

/** Above a group that is not the comparable one. */
const groupTitle = ({ unknownCriteria, orderedBy, offerings }: ComparisonGroup, isOnly: boolean): string => {
  if (isOnly && orderedBy === 'RELEASE_AND_CLASS') return ONLY_UNJUDGED;
  const count = `${offerings.length} ${offerings.length === 1 ? 'row' : 'rows'}`;
  if (orderedBy === 'RELEASE_AND_CLASS') return `${UNJUDGED} ${count}.`;
  return `Not comparable: ${unknownCriteria.map(words).join(' and ')} unknown; ordered by the rest. ${count}.`;
};

const footer = (comparison: Comparison, shown: number, notes: readonly string[]): readonly string[] => {
  const {
    ranked,
    excluded,
    exclusions,
    criteriaUsed,
    criteriaUnknown,
    fxRates,
    benchmark,
    preferredBenchmark,
    currency,
    workload,
  } = comparison;
  const instead = preferredBenchmark === undefined ? '' : `; too few have a score at ${preferredBenchmark}`;
  const isLessBetter = ranked.some(({ quality }) => quality?.lessIsBetter === true);
  const order = isLessBetter ? ', where less is better' : '';
  const reasons = exclusions
    .slice(0, REASONS_SHOWN)
    .map(({ reason, count }) => `${count.toLocaleString('en')} ${REASON_WORDS[reason] ?? words(reason)}`);
  const weights = criteriaUsed.map(
    ({ criterion, weight }) => `${words(criterion)} ${Math.round(weight * 100)} %`,
  );
  const what = comparison.grouping === 'MODEL' ? 'models' : 'offerings';
  return [
    `${shown} of ${ranked.length.toLocaleString('en')} compared ${what}${excluded.length === 0 ? '.' : `; ${excluded.length.toLocaleString('en')} offerings are left out: ${reasons.join(', ')}${exclusions.length > REASONS_SHOWN ? ', …' : ''}.`}`,
    ...(weights.length === 0
      ? []
      : [
          `Score: ${weights.join(', ')}${benchmark === undefined ? '' : ` (quality by ${benchmark}${order}${instead})`}. * no other comparable row is at least as good at everything.`,
        ]),
    ...(criteriaUnknown.length === 0
      ? []
      : [`Not in the score, as too little is known: ${criteriaUnknown.map(words).join(', ')}.`]),
    ...(workload.characters === undefined && workload.audioSeconds === undefined
      ? [
          `${currency}/1M: text tokens, three of input to one of output. Class: by price among the models of its lab.`,
        ]
      : []),
    ...(exclusions.some(({ reason }) => reason === 'NO_FX_RATE')
      ? [
          `No exchange rate is known for some: state one with --rate ${currency === 'USD' ? 'CNY=7.12' : `${currency}=N`} (units for one US dollar), or catalogue.rates in the config file.`,
        ]
      : []),
    ...fxRates.map(
      ({ base, quote, rate, date, provenance }) =>
        `1 ${base} = ${rate.toFixed()} ${quote} (${provenance.source}, ${date}).`,
    ),
    ...notes,
  ];
};

const partOf = ({ parts }: ComparedOffering, criterion: Criterion): number | undefined =>
  parts.find((part) => part.criterion === criterion)?.normalised;

const withBar = (
  { bars }: Terminal,
  row: ComparedOffering,
  criterion: Criterion,
  text: string | undefined,
): string | undefined => {
  const share = partOf(row, criterion);
  return text === undefined || share === undefined || !bars ? text : `${bar(share)} ${text}`;
};

const placeText = ({ offering: { providerId }, others }: ComparedOffering): string =>
  others.length === 0 ? providerId : `${providerId} +${others.length}`;

/** In the order in which they are shown; a narrow terminal has those that say most. */
const columnsOf = (
  catalogue: Catalogue,
  { grouping, currency, asOf, workload }: Comparison,
  terminal: Terminal,
): readonly Column<ComparedOffering>[] => [
  { title: '#', align: 'RIGHT', text: ({ rank, paretoOptimal }) => `${paretoOptimal ? '*' : ''}${rank}` },
  ...(grouping === 'MODEL'
    ? ([
        { title: 'MODEL', align: 'LEFT', cut: 'LAST', text: ({ offering }) => offering.modelSlug },
        { title: 'AT', align: 'LEFT', text: placeText, dropOrder: 1, style: 'DIM' },
      ] satisfies Column<ComparedOffering>[])
    : ([
        { title: 'OFFERING', align: 'LEFT', cut: 'LAST', text: ({ offering }) => offering.id },
        { title: 'MODEL', align: 'LEFT', text: ({ offering }) => offering.modelSlug, dropOrder: 8 },
      ] satisfies Column<ComparedOffering>[])),
  {
    title: 'QUALITY',
    align: 'RIGHT',
    style: 'QUALITY',
    text: (row) => withBar(terminal, row, 'QUALITY', row.quality?.score.toFixed(1)),
    dropOrder: 2,
  },
  {
    title: `${currency}/1M`,
    align: 'RIGHT',
    style: 'COST',
    // Tokens of text say nothing of what audio costs.
    text: ({ blendedPrice }) =>
      (workload.characters ?? workload.audioSeconds ?? 0) > 0
        ? undefined
        : blendedPrice && price(blendedPrice),
    dropOrder: 5,
  },
  {
    title: `${currency}/REQUEST`,
    align: 'RIGHT',
    style: 'COST',
    text: ({ cost, perRequest }) =>
      cost.kind === 'FREE' ? 'free' : perRequest.toSignificantDigits(4).toFixed(),
    dropOrder: 7,
  },
  ...((workload.requestsPerMonth ?? 1) === 1
    ? []
    : ([
        {
          title: `${currency}/MONTH`,
          align: 'RIGHT',
          style: 'COST',
          text: (row) =>
            withBar(terminal, row, 'COST', row.cost.kind === 'FREE' ? 'free' : row.perMonth.toFixed(2)),
        },
      ] satisfies Column<ComparedOffering>[])),
  {
    title: 'CLASS',
    align: 'LEFT',
    text: ({ priceClass }) => priceClass && words(priceClass),
    dropOrder: 6,
  },
  {
    title: 'CONTEXT',
    align: 'RIGHT',
    text: ({ offering: { limits } }) =>
      limits.contextWindow === undefined ? undefined : tokens(limits.contextWindow),
    dropOrder: 3,
  },
  {
    title: 'TTFT ms',
    align: 'RIGHT',
    style: 'SPEED',
    text: ({ measured }) => (measured.ttft === undefined ? undefined : String(Math.round(measured.ttft.p50))),
    dropOrder: 4,
  },
  {
    title: 'TPS',
    align: 'RIGHT',
    style: 'SPEED',
    text: ({ measured }) =>
      measured.outputTps === undefined ? undefined : String(Math.round(measured.outputTps.p50)),
    dropOrder: 4,
  },
  {
    title: 'RELEASED',
    align: 'LEFT',
    text: ({ release }) => releaseText(release),
    dropOrder: 4,
  },
  {
    title: 'PRICE FROM',
    align: 'LEFT',
    style: 'DIM',
    text: (row) => sourcesOf(catalogue, row).join('+') || undefined,
    dropOrder: 10,
  },
  {
    title: 'AGE',
    align: 'RIGHT',
    style: 'DIM',
    text: (row) => {
      const { ageSeconds } = priceFactsOf(catalogue, row, asOf);
      return ageSeconds === undefined ? undefined : age(ageSeconds);
    },
    dropOrder: 9,
  },
];

/** Rows that are shown together, and what stands above them. */
type Part = { readonly title: string | undefined; readonly rows: readonly ComparedOffering[] };

/** The first rows of each group: the first has most of the limit, as long as others have their few. */
const partsOfGroups = (groups: readonly ComparisonGroup[], limit: number): readonly Part[] => {
  const parts: Part[] = [];
  let left = limit;
  for (const [index, group] of groups.entries()) {
    const following = groups.slice(index + 1).reduce((sum, each) => sum + each.offerings.length, 0);
    const kept = index === 0 ? Math.min(OTHERS_SHOWN, following, Math.floor(left / 3)) : 0;
    const rows = group.offerings.slice(0, Math.max(0, left - kept));
    left -= rows.length;
    const isTitled = group.unknownCriteria.length > 0 || group.orderedBy !== 'SCORE';
    const title = isTitled ? groupTitle(group, groups.length === 1) : undefined;
    if (rows.length > 0) parts.push({ title, rows });
  }
  return parts;
};

/** Group by group; in one piece where a column was asked for to sort by. */
const partsOf = ({ groups, ranked, sort }: Comparison, limit: number): readonly Part[] => {
  if (sort === undefined) return partsOfGroups(groups, limit);
  const rows = ranked.slice(0, limit);
  const title = `Sorted by ${words(sort.field)}, ${sort.direction === 'ASC' ? 'ascending' : 'descending'}, unknown last; # is the rank ${groups.length > 1 ? 'among those of which the same is known' : 'by score'}.`;
  return rows.length === 0 ? [] : [{ title, rows }];
};

/** The comparison for a person. `notes` end it. */
export const compareTable = (
  catalogue: Catalogue,
  comparison: Comparison,
  limit: number,
  notes: readonly string[],
  terminal: Terminal,
): string => {
  const parts = partsOf(comparison, limit);
  const rows = parts.flatMap((part) => part.rows);
  // What nothing is known of takes no column.
  const columns = columnsOf(catalogue, comparison, terminal).filter(
    ({ title, text }) => title === '#' || rows.some((row) => text(row) !== undefined),
  );
  const [titles = '', ...lines] = textTable(columns, rows, terminal);
  const table: string[] = [titles];
  for (const { title, rows: shown } of parts) {
    if (title !== undefined)
      table.push(
        ...(table.length > 1 ? [''] : []),
        ...wrapped(title, terminal).map((line) => paint(terminal, 'DIM', line)),
      );
    table.push(...lines.splice(0, shown.length));
  }
  return `${[
    ...heading(comparison).flatMap((line) => wrapped(line, terminal)),
    '',
    ...(rows.length === 0 ? ['No offering can be ranked for this.'] : table),
    '',
    ...footer(comparison, rows.length, notes)
      .flatMap((line) => wrapped(line, terminal))
      .map((line) => paint(terminal, 'DIM', line)),
  ].join('\n')}\n`;
};

/** Sources that are shown with their days; a table of many says in a column where each price is from. */
const MAX_SHOWN_SOURCES = 4;

/** Which prices these are: the sources that spoke last, with the days on which they did, and how old the others are. */
export const pricesData = (catalogue: Catalogue): string => {
  const days = new Map<string, string>();
  for (const { id } of catalogue.offerings)
    for (const { provenance } of catalogue.pricesOf(id)) {
      const seen = day(provenance.observedAt);
      if (seen > (days.get(provenance.source) ?? '')) days.set(provenance.source, seen);
    }
  const newestFirst = [...days].toSorted(([, one], [, other]) => other.localeCompare(one));
  const sources = newestFirst.slice(0, MAX_SHOWN_SOURCES).map(([source, seen]) => `${source} of ${seen}`);
  const more = newestFirst.length - sources.length;
  const since = newestFirst.at(-1)?.[1];
  return `Prices: ${sources.join(', ') || 'none'}${more > 0 ? ` and ${more} more since ${since}` : ''}.`;
};
