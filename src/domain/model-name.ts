import { keepResults } from './keep-results.ts';

/** Full dates at the end of a name: `-20251001`, `@20250929`, `-2025-04-14`. */
const FULL_DATE = /[-@](20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;
/** Short dates and numbers of releases: `-0613`, `-2411`, `-001`. */
const SHORT_DATE = /-(\d{4}|00\d)$/;
const REVISION = /-00\d$/;
/** Models of Google, which numbers revisions of one model: `gemini-2.0-flash-001`. Elsewhere `davinci-002` is another than `davinci`. */
const REVISED =
  /^(?:gemini|imagen|veo|multimodalembedding|medlm|(?:text|chat|code|codechat)-(?:bison|unicorn)|(?:text|textembedding|code)-gecko)\b/i;
/** How Vertex writes a revision, for models of every lab. */
const VERTEX_REVISION = /@00\d$/;
const LATEST = /-latest$/;
const ENDS_IN_LATEST = /-latest$/i;

/** A version: `4`, `3.7`, `4o`, `k2.5`, `m3`, `v3`, `o3`; not a size such as `70b` or `8x7b`. */
const VERSION = /^(?:[a-z]{0,2}\d{1,2}(?:\.\d+)*o?)$/;
const SIZE = /^(?:\d+x)?\d+(?:\.\d+)?[bmt]$/;

/** Name and date of a dated snapshot; undefined for a name without a full date. The date is `YYYYMMDD`. */
export const splitDate = (name: string): { readonly base: string; readonly date: string } | undefined => {
  const found = FULL_DATE.exec(name);
  return found === null
    ? undefined
    : { base: name.slice(0, found.index), date: `${found[1]}${found[2]}${found[3]}` };
};

/** Dates as above, also before the number of a package: `-20251001-v1:0`. */
const STATED_DATE = /[-@](20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=$|-v\d|[@:])/;

/** The date that a provider's id of a model states, as `YYYYMMDD`. */
export const statedDate = (providerModelId: string): string | undefined => {
  const found = STATED_DATE.exec(providerModelId);
  return found === null ? undefined : `${found[1]}${found[2]}${found[3]}`;
};

/** The same for short dates, `YYMM` or `MMDD`, that labs put behind names of releases. */
export const splitShortDate = (
  name: string,
): { readonly base: string; readonly date: string } | undefined => {
  const found = SHORT_DATE.exec(name);
  return found === null ? undefined : { base: name.slice(0, found.index), date: found[1] ?? '' };
};

/**
 * Whether a name is a pointer that moves between models: it ends in `-latest` and what stands before states no version,
 * so that `mistral-large-latest` is one and `claude-3-7-sonnet-latest` is a name of one model.
 */
export const isMovingAlias = (name: string): boolean => {
  if (!ENDS_IN_LATEST.test(name)) return false;
  const plain = name.toLowerCase().replace(/^~/, '');
  const words = plain.replace(LATEST, '').split(/[-\s_]/);
  return !words.some((word) => VERSION.test(word) && !SIZE.test(word));
};

/**
 * The same of a provider's own id: `lab/name-latest`, `name:latest`, and `~lab/name`, which is how OpenRouter marks its
 * pointers.
 */
export const isMovingId = (providerModelId: string): boolean => {
  if (providerModelId.startsWith('~')) return true;
  const spelled = providerModelId.replace(/[:@/]latest$/i, '-latest');
  return isMovingAlias(spelled.slice(spelled.lastIndexOf('/') + 1));
};

/** One spelling for case, dots, dashes, spaces and `v` before a version. */
export const spellName: (name: string) => string = keepResults((name) =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_.:@]+/g, '-')
    .replace(/^(gpt|chatgpt)-35(?=-|$)/, '$1-3-5')
    .replace(/^meta-(?=llama)/, '')
    .replace(/-v-?(?=\d)/g, '-')
    .replace(/^([a-z]+)(?=\d)/, '$1-')
    .replace(/(?<=-[a-z]{3,})(?=\d)/g, '-'),
);

/** Anthropic's names come in both word orders (`claude-3-opus`, `claude-opus-3`) and with or without `-0`. */
const ordered = (name: string): string =>
  name.startsWith('claude-')
    ? name
        .split('-')
        .filter((word) => word !== '0')
        .sort()
        .join('-')
    : name;

const withoutMarks = (name: string, marks: readonly RegExp[]): string => {
  let rest = isMovingAlias(name) ? name : name.replace(LATEST, '');
  for (let before = ''; before !== rest; ) {
    before = rest;
    for (const mark of marks) rest = rest.replace(mark, '');
  }
  return rest;
};

/** Whether the number behind a name is a revision of one model. */
const hasRevision = (name: string): boolean =>
  VERTEX_REVISION.test(name) || (REVISION.test(name) && REVISED.test(name));

/**
 * What is left of a model's name when spelling and full dates are taken away. Equal keys make two names of one lab
 * probably names of one model; which snapshot is the current one has to be looked at besides.
 */
export const identityKey: (name: string) => string = keepResults((name) =>
  ordered(withoutMarks(spellName(name), hasRevision(name) ? [FULL_DATE, REVISION] : [FULL_DATE])),
);

/** As `identityKey`, also without short dates: only for names that a lab itself lists as one price. */
export const releaseKey = (name: string): string =>
  ordered(withoutMarks(spellName(name), [FULL_DATE, SHORT_DATE]));

/** Whether the name is of one dated snapshot rather than of the model. */
export const isSnapshot: (name: string) => boolean = keepResults(
  (name) => FULL_DATE.test(spellName(name).replace(LATEST, '')) || hasRevision(name),
);

/** Equal for spellings of one dated snapshot; undefined for a name that is of none. */
export const snapshotKey: (name: string) => string | undefined = keepResults((name) => {
  if (!/\d\d/.test(name)) return undefined;
  const date = splitDate(spellName(name).replace(LATEST, ''))?.date;
  return date === undefined ? undefined : `${identityKey(name)}@${date}`;
});

/**
 * The words of a name without their order, without those that hosts leave out of open models' names (`instruct`, `it`,
 * active parameters). Undefined for a name that states no size: only open weights are named so freely.
 */
export const looseKey: (key: string) => string | undefined = keepResults((key) => {
  const words: string[] = [];
  for (const word of key.split('-')) {
    const last = words.at(-1);
    if (/^\d+$/.test(word) && last !== undefined && /^\d+(?:\.\d+)*$/.test(last))
      words[words.length - 1] = `${last}.${word}`;
    else words.push(word);
  }
  if (!words.some((word) => SIZE.test(word) || /^\d+e$/.test(word))) return undefined;
  const kept = words.filter((word) => !/^(?:instruct|it|a\d+b)$/.test(word));
  return kept.sort().join('-');
});
