import type { Catalogue } from '../../catalogue/catalogue.ts';
import { selectModels } from '../../catalogue/catalogue-query.ts';
import { nearestSlugs } from '../../catalogue/nearest-names.ts';
import { ratePerMillion } from '../../catalogue/price-engine.ts';
import type { Model } from '../../domain/model.ts';
import type { Decimal } from '../../domain/money.ts';
import type { ModelsCommand } from './commands/models.ts';
import { money, releaseJson, releaseText, tokens } from './figures.ts';
import { PLAIN_TERMINAL, type Terminal } from './terminal.ts';
import { type Column, textTable, wrapped } from './text-table.ts';

/** Which models, in which order. */
type ModelsOptions = Pick<ModelsCommand, 'filter' | 'sort' | 'limit'>;

type Row = {
  readonly model: Model;
  readonly offerings: number;
  readonly on: number;
  /** Least rate in US dollars for a million tokens, of offerings that are paid for. */
  readonly input: Decimal | undefined;
  readonly output: Decimal | undefined;
};

const rowOf = (catalogue: Catalogue, model: Model, at: Date): Row => {
  const offerings = catalogue.offeringsOf(model.slug);
  const least = (direction: 'INPUT' | 'OUTPUT'): Decimal | undefined =>
    offerings
      .filter(({ billing }) => billing === 'METERED')
      .flatMap((each) => ratePerMillion(each, catalogue.pricesOf(each.id), direction, 'USD', at) ?? [])
      .reduce<Decimal | undefined>(
        (lowest, rate) => (lowest === undefined || rate.lt(lowest) ? rate : lowest),
        undefined,
      );
  return {
    model,
    offerings: offerings.length,
    on: offerings.filter(catalogue.isOn).length,
    input: least('INPUT'),
    output: least('OUTPUT'),
  };
};

const rowsOf = (catalogue: Catalogue, { filter, sort }: ModelsOptions, at: Date): readonly Model[] =>
  selectModels({ catalogue, at }, filter, sort).rows;

const COLUMNS: readonly Column<Row>[] = [
  { title: 'MODEL', align: 'LEFT', cut: 'LAST', text: ({ model }) => model.slug },
  {
    title: 'CONTEXT',
    align: 'RIGHT',
    dropOrder: 2,
    text: ({ model: { limits } }) =>
      limits.contextWindow === undefined ? undefined : tokens(limits.contextWindow),
  },
  {
    title: 'OFFERINGS',
    align: 'RIGHT',
    style: 'DIM',
    dropOrder: 4,
    text: ({ offerings }) => String(offerings),
  },
  { title: 'ON', align: 'RIGHT', dropOrder: 3, text: ({ on }) => String(on) },
  { title: 'USD/M IN', align: 'RIGHT', style: 'COST', text: ({ input }) => input && money(input) },
  { title: 'USD/M OUT', align: 'RIGHT', style: 'COST', text: ({ output }) => output && money(output) },
  {
    title: 'RELEASED',
    align: 'RIGHT',
    dropOrder: 1,
    text: ({ model }) => releaseText(model),
  },
];

/** What to do where no model passes. */
const noneText = ({ models }: Catalogue, { filter: { search, retired } }: ModelsOptions): string => {
  const nearest =
    search === undefined
      ? []
      : nearestSlugs(
          search,
          models.map(({ slug }) => slug),
        );
  return [
    search === undefined ? 'No model passes.' : `No model that passes has "${search}" in its id or name.`,
    ...(nearest.length === 0 ? [] : [`Nearest: ${nearest.join(', ')}.`]),
    ...(retired === 'EXCLUDE' ? ['--all looks among those that were switched off too.'] : []),
  ].join(' ');
};

/** Models for a person, by slug; rates are the lowest that any paid offering states in US dollars. */
export const modelsTable = (
  catalogue: Catalogue,
  options: ModelsOptions,
  at: Date,
  notes: readonly string[],
  terminal: Terminal = PLAIN_TERMINAL,
): string => {
  const models = rowsOf(catalogue, options, at);
  const rows = models.slice(0, options.limit).map((model) => rowOf(catalogue, model, at));
  const table = rows.length === 0 ? [noneText(catalogue, options)] : textTable(COLUMNS, rows, terminal);
  const more = models.length - rows.length;
  const footer = [
    ...(more > 0 ? [`… and ${more} more: --limit ${models.length} shows all of them.`] : []),
    `${models.length} models. Rates: the lowest of any paid offering, in USD for 1M tokens.`,
    ...notes,
  ];
  return `${[...table, '', ...footer.flatMap((line) => wrapped(line, terminal))].join('\n')}\n`;
};

/** The same for programs. */
export const modelsJson = (
  catalogue: Catalogue,
  options: ModelsOptions,
  at: Date,
  notes: readonly string[],
): string => {
  const models = rowsOf(catalogue, options, at);
  return `${JSON.stringify(
    {
      notes,
      total: models.length,
      models: models.slice(0, options.limit).map((model) => {
        const { offerings, on, input, output } = rowOf(catalogue, model, at);
        return {
          slug: model.slug,
          name: model.name,
          lab: model.lab,
          contextWindow: model.limits.contextWindow,
          ...releaseJson(model),
          deprecated: model.deprecated,
          offerings,
          on,
          leastInputUsdPerMillion: input?.toFixed(),
          leastOutputUsdPerMillion: output?.toFixed(),
        };
      }),
    },
    null,
    2,
  )}\n`;
};
