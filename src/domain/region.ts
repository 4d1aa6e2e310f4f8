/**
 * Where requests are served: an ISO 3166 code (`DE`), a wider area (`EU`, `APAC`), a cloud's own word (`eu-central-1`,
 * `europe-west4`, `us-gov`), or `global` for anywhere in the world. Case never matters.
 */

/** Members of the European Union. */
const EU = 'at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk'.split(' ');
const APAC = 'au bd hk id in jp kr my nz ph sg th tw vn'.split(' ');
/** Parts that others' areas consist of. */
const MEMBERS: { readonly [area: string]: ReadonlySet<string> } = { eu: new Set(EU), apac: new Set(APAC) };

/** Cloud regions whose country is not told by their first word, and those outside of the EU that say `eu` or `europe`. */
const COUNTRIES: readonly (readonly [pattern: RegExp, country: string])[] = [
  [/^eu-west-2$|^europe-west2$|^uk(?:south|west)$/, 'gb'],
  [/^eu-central-2$|^europe-west6$|^switzerland(?:north|west)$/, 'ch'],
  [/^norway(?:east|west)$/, 'no'],
  [/^eu-central-1$|^europe-west3$|^europe-west10$|^germany(?:westcentral|north)$/, 'de'],
  [/^eu-west-1$|^northeurope$/, 'ie'],
  [/^eu-west-3$|^europe-west9$|^france(?:central|south)$/, 'fr'],
  [/^eu-north-1$|^europe-north2$|^swedencentral$/, 'se'],
  [/^eu-south-1$|^europe-west8$|^europe-west12$|^italynorth$/, 'it'],
  [/^eu-south-2$|^europe-southwest1$|^spaincentral$/, 'es'],
  [/^europe-west4$|^westeurope$/, 'nl'],
  [/^europe-west1$/, 'be'],
  [/^europe-north1$/, 'fi'],
  [/^europe-central2$|^polandcentral$/, 'pl'],
  [/^ap-northeast-[13]$|^asia-northeast[12]$|^japan(?:east|west)$/, 'jp'],
  [/^ap-northeast-2$|^asia-northeast3$|^korea(?:central|south)$/, 'kr'],
  [/^ap-southeast-1$|^asia-southeast1$|^southeastasia$/, 'sg'],
  [/^ap-southeast-[24]$|^australia-?(?:south)?east\d?$/, 'au'],
  [/^ap-south-[12]$|^asia-south[12]$|^(?:central|south|west)india$/, 'in'],
  [/^ca-|^northamerica-northeast|^canada(?:central|east)$/, 'ca'],
  [/^sa-east-1$|^southamerica-east1$|^brazilsouth$/, 'br'],
  [/^us-|^(?:east|west|central|northcentral|southcentral|westcentral)us\d?$/, 'us'],
  [/^cn-/, 'cn'],
];
const IN_EU = /^eu-|^europe-/;
const OUTSIDE_EU: ReadonlySet<string> = new Set(['gb', 'ch', 'no']);

const countryOf = (region: string): string | undefined =>
  COUNTRIES.find(([pattern]) => pattern.test(region))?.[1];

/** Made when it is first needed: that takes longer than all else that is read here. */
let countryNames: Intl.DisplayNames | undefined;
const isCountry = (code: string): boolean => {
  countryNames ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return countryNames.of(code) !== undefined;
};
/** Words for more than a country that lists of prices use. */
const AREAS: ReadonlySet<string> = new Set([...Object.keys(MEMBERS), 'global', 'emea', 'latam', 'uk']);
/** `us-east-1`, `europe-west4`, `us-gov`, `northamerica-northeast1`. */
const CLOUD_WORD =
  /^(?:us|eu|ap|ca|sa|me|af|il|mx|cn|uk|asia|europe|africa|australia|northamerica|southamerica)(?:-[a-z]+)*-[a-z]+-?\d*$/;
/** `westeurope`, `eastus2`, `swedencentral`. */
const COMPASS_WORD =
  /^[a-z]{2,}(?:north|south|east|west|central)\d?$|^(?:north|south|east|west|central)+[a-z]{2,}\d?$/;

/** Whether a word can be a region: a country's code, a known area, or in the form that clouds give their regions. */
export const isRegionWord = (word: string): boolean => {
  const region = word.toLowerCase();
  if (AREAS.has(region) || CLOUD_WORD.test(region) || COMPASS_WORD.test(region)) return true;
  return /^[a-z]{2}$/.test(region) && isCountry(region.toUpperCase());
};

/** How wide a region is: 0 a place of a cloud, 1 a country, 2 a group of countries. */
export const breadthOf = (region: string): number => {
  const word = region.toLowerCase();
  return AREAS.has(word) && word !== 'uk' ? 2 : word.length === 2 ? 1 : 0;
};

export const isSameRegion = (one: string, other: string | undefined): boolean =>
  one === other || one.toLowerCase() === other?.toLowerCase();

/** Whether all of a region lies in an area: `eu-central-1` in `DE` and in `EU`, not in `US`; `global` only in `global`. */
export const isWithin = (region: string, area: string): boolean => {
  const [inner, outer] = [region.toLowerCase(), area.toLowerCase()];
  if (inner === outer) return true;
  const country = countryOf(inner) ?? inner;
  if (country === outer || MEMBERS[outer]?.has(country) === true) return true;
  return outer === 'eu' && IN_EU.test(inner) && !OUTSIDE_EU.has(country);
};

/**
 * Whether a request is certainly served in one of the areas: everywhere that it may be served must lie in one of them.
 * Undefined if it is not known where that is.
 */
export const areWithin = (
  regions: readonly string[] | undefined,
  areas: readonly string[],
): boolean | undefined =>
  regions === undefined || regions.length === 0
    ? undefined
    : regions.every((region) => areas.some((area) => isWithin(region, area)));
