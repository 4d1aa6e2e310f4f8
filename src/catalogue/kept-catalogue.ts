import { deserialize, serialize } from 'node:v8';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import type { Offering } from '../domain/model.ts';
import { Decimal } from '../domain/money.ts';
import type { UnboundPrice } from '../domain/price.ts';
import type { Catalogue } from './catalogue.ts';
import type { CatalogueInput, CatalogueProvider } from './catalogue-input.ts';
import { createModelIndex, type ModelIndex, type NamedModel } from './identity/model-index.ts';
import { type CatalogueParts, catalogueOf, type Evidence } from './merge/catalogue-parts.ts';
import type { MergedCatalogue } from './merge/merge-catalogue.ts';
import type { ShippedList } from './sources/shipped-sources.ts';

/**
 * Built catalogues in the form in which they are kept from one start to the next: to read one takes a fraction of the time that
 * building it takes, and of the memory, as what is seldom asked for stays packed.
 */
export type KeptCatalogue = {
  readonly catalogue: Catalogue;
  /** The shipped lists that it was built of. */
  readonly shipped: readonly ShippedList[];
};

type Input = Pick<CatalogueInput, 'seed' | 'providers' | 'readings'>;

/**
 * What a kept catalogue was built of besides the code and the shipped lists: equal for what is equal. What a provider that
 * is off lacks is no part of what is kept: it is said by who reads it.
 */
export const inputKey = ({ providers, readings }: Pick<Input, 'providers' | 'readings'>): string =>
  JSON.stringify([
    providers.map(({ info: { status, unknownModels = 'PASS', ...info }, seedId, declared }) => [
      info,
      status.kind,
      unknownModels,
      seedId,
      declared,
    ]),
    readings.map(({ sourceId, reading }) => [sourceId, reading]),
  ]);

/** What is written: the sections that are seldom read are packed by themselves. */
type Content = {
  readonly key: string;
  /** In milliseconds since 1970. From the first to before the second, what is built is the same. */
  readonly from: number;
  readonly until: number;
  readonly shipped: readonly ShippedList[];
  readonly parts: Uint8Array;
  readonly statements: Uint8Array;
  readonly performance: Uint8Array;
  readonly quality: Uint8Array;
};

/** Holidays and windows of the week are not looked at one by one. */
const MAX_KEPT_MS = 7 * 86_400_000;

type Statements = ReturnType<Evidence['statements']>;
type Mutable<Row> = { -readonly [Name in keyof Row]: Row[Name] };

/** Amounts become text, as what computes with them cannot be written. */
const packed = (row: UnboundPrice): object => ({
  ...row,
  amount: row.amount.toString(),
  ...(row.discount !== undefined && { discount: row.discount.toString() }),
  ...(row.derivation !== undefined && {
    derivation: {
      ...row.derivation,
      factor: row.derivation.factor.toString(),
      base: { ...row.derivation.base, amount: row.derivation.base.amount.toString() },
    },
  }),
});

/**
 * The text as names of members are kept, once each: texts that are read are all apart, and to compare two of those takes
 * several times as long.
 */
const createInterning = (): (<Text extends string>(text: Text) => Text) => {
  const known = new Map<string, string>();
  const isKnown = <Text extends string>(text: string | undefined, given: Text): text is Text =>
    text === given;
  return (text) => {
    const found = known.get(text) ?? Object.keys({ [text]: true })[0];
    if (!isKnown(found, text)) return text;
    known.set(found, found);
    return found;
  };
};
type Intern = ReturnType<typeof createInterning>;

/** Amounts become numbers again, in place. */
const unpack = (row: Mutable<UnboundPrice>, intern: Intern): void => {
  row.currency = intern(row.currency);
  row.serviceTier = intern(row.serviceTier);
  row.tierMode = intern(row.tierMode);
  row.billing = intern(row.billing);
  row.amount = new Decimal(row.amount);
  if (row.discount !== undefined) row.discount = new Decimal(row.discount);
  if (row.derivation === undefined) return;
  const { factor, base, ...rule } = row.derivation;
  row.derivation = {
    ...rule,
    factor: new Decimal(factor),
    base: { ...base, amount: new Decimal(base.amount) },
  };
};

const unpackOffering = (offering: Mutable<Offering>, intern: Intern): void => {
  offering.providerId = intern(offering.providerId);
  offering.modelSlug = intern(offering.modelSlug);
  offering.join = intern(offering.join);
  offering.billing = intern(offering.billing);
};

/** Read by few, if ever: it takes a tenth of the memory meanwhile. */
const packSeldom = (value: unknown): Uint8Array => gzipSync(serialize(value), { level: 1 });

const packParts = ({ prices, fx, ...parts }: CatalogueParts): Uint8Array =>
  serialize({
    ...parts,
    prices: new Map([...prices].map(([id, rows]) => [id, rows.map(packed)])),
    fx: fx.map((row) => ({ ...row, rate: row.rate.toString() })),
  });

const unpackParts = (bytes: Uint8Array): CatalogueParts => {
  const parts: CatalogueParts = deserialize(bytes);
  const intern = createInterning();
  for (const rows of parts.prices.values()) for (const row of rows) unpack(row, intern);
  for (const offering of parts.offerings.values()) unpackOffering(offering, intern);
  return { ...parts, fx: parts.fx.map((row) => ({ ...row, rate: new Decimal(row.rate) })) };
};

const packStatements = (statements: Statements): Uint8Array =>
  packSeldom(
    new Map(
      [...statements].map(([id, groups]) => [
        id,
        new Map(
          [...groups].map(([key, list]) => [
            key,
            list.map((statement) => ({ ...statement, rows: statement.rows.map(packed) })),
          ]),
        ),
      ]),
    ),
  );

const unpackStatements = (bytes: Uint8Array): Statements => {
  const statements: Statements = deserialize(gunzipSync(bytes));
  const intern = createInterning();
  for (const groups of statements.values())
    for (const list of groups.values())
      for (const { rows } of list) for (const row of rows) unpack(row, intern);
  return statements;
};

/** When the first of the rates that are known today begins or ends: another may be served then. In milliseconds since 1970. */
export const heldUntil = ({ seed, readings }: Input, { parts, evidence }: MergedCatalogue): number => {
  const from = parts.readAt.getTime();
  let until = from + MAX_KEPT_MS;
  const meet = (moment: Date | string | undefined): void => {
    if (moment === undefined) return;
    const at = new Date(moment).getTime();
    if (at > from && at < until) until = at;
  };
  const meetAll = (
    rows: readonly { readonly effectiveFrom?: Date | string; readonly effectiveTo?: Date | string }[],
  ): void => {
    for (const { effectiveFrom, effectiveTo } of rows) {
      meet(effectiveFrom);
      meet(effectiveTo);
    }
  };
  for (const rows of parts.prices.values()) meetAll(rows);
  for (const groups of evidence.statements().values())
    for (const list of groups.values()) for (const { rows } of list) meetAll(rows);
  for (const { reading } of [...seed.readings, ...readings]) {
    for (const { prices } of reading.offerings) meetAll(prices);
    for (const { prices = [] } of reading.scores) meetAll(prices);
  }
  return until;
};

const CHECKSUM_BYTES = 4;

/** What can be written for a later start. */
export const packCatalogue = (key: string, input: Input, merged: MergedCatalogue): Buffer => {
  const { parts, evidence } = merged;
  const content = serialize({
    key,
    from: parts.readAt.getTime(),
    until: heldUntil(input, merged),
    shipped: input.seed.readings.map(({ reading: _, ...list }) => list),
    parts: packParts(parts),
    statements: packStatements(evidence.statements()),
    performance: packSeldom(evidence.performance()),
    quality: packSeldom(evidence.quality()),
  } satisfies Content);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(content));
  return Buffer.concat([checksum, content]);
};

const once = <Value>(work: () => Value): (() => Value) => {
  let done: { readonly value: Value } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
};

/** Indexed when a name is first looked up that is neither a slug nor an offering's id. */
const indexOf = (names: readonly NamedModel[]): ModelIndex => {
  const index = once(() => createModelIndex(names));
  return {
    qualified: (lab, name) => index().qualified(lab, name),
    unqualified: (name) => index().unqualified(name),
    add: (model) => index().add(model),
  };
};

/** Undefined where it is damaged, was packed with another key, or what would be built now may be something else. */
export const unpackCatalogue = (
  bytes: Buffer,
  key: string,
  providers: readonly CatalogueProvider[],
  now: Date,
): KeptCatalogue | undefined => {
  const content = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length < CHECKSUM_BYTES || bytes.readUInt32LE() !== crc32(content)) return undefined;
  const kept: Content = deserialize(content);
  if (kept.key !== key || now.getTime() < kept.from || now.getTime() >= kept.until) return undefined;
  const parts = unpackParts(kept.parts);
  // Copied: what was read is views of the whole.
  const statements = Buffer.from(kept.statements);
  const performance = Buffer.from(kept.performance);
  const quality = Buffer.from(kept.quality);
  const evidence: Evidence = {
    statements: once(() => unpackStatements(statements)),
    performance: once(() => deserialize(gunzipSync(performance))),
    quality: once(() => deserialize(gunzipSync(quality))),
  };
  const work = catalogueOf(parts, evidence, indexOf(parts.names), providers);
  for (;;) {
    const step = work.next();
    if (step.done === true) return { catalogue: step.value, shipped: kept.shipped };
  }
};
