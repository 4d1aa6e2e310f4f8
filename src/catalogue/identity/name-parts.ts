import { keepResults } from '../../domain/keep-results.ts';
import type { ModelSize } from '../../domain/model.ts';
import { identityKey, splitDate, splitShortDate } from '../../domain/model-name.ts';

/** Words of a tier that stand behind the version in older names: `claude-3-5-sonnet` is of `claude-sonnet`. */
const TIERS = new Set(['sonnet', 'opus', 'haiku', 'fable', 'instant']);

/** The family that a model's name begins with, e.g. `claude-sonnet`, `gpt`, `llama`; undefined where it begins with a number. */
export const familyOf: (name: string) => string | undefined = keepResults((name) => {
  const words = (name.toLowerCase().split('/').at(-1) ?? '').split(/[-_.:@]/);
  const leading: string[] = [];
  for (const word of words) {
    const letters = /^[a-z]*/.exec(word)?.[0] ?? '';
    if (letters === word && word !== 'latest') {
      leading.push(word);
      continue;
    }
    // `qwen3` and `llama3` are of a family, `k2` and `v3` are versions.
    if (leading.length === 0 && letters !== '') leading.push(letters);
    break;
  }
  if (leading.length === 1) {
    const tier = words.find((word) => TIERS.has(word));
    if (tier !== undefined && !leading.includes(tier)) leading.push(tier);
  }
  return leading.length === 0 ? undefined : leading.join('-');
});

/** The version behind a family's name: `5.2` of `claude-fable-5-2`, `4` of `hy4-flash`, `3` of `kimi-k3-256k`. */
const VERSION = /(?:^[a-z]*|[-_ ][a-z]?)(\d{1,2}(?:[.-]\d{1,2}(?![\da-z]))*)(?![\dbtmx])/i;

/** The numbers of a name's version, those behind the first as fractions: Grok 4.20 came before 4.3. Undefined where it has none. */
export const versionOf: (name: string) => readonly number[] | undefined = keepResults((name) => {
  const lower = name.toLowerCase();
  const dated = splitDate(lower) ?? splitShortDate(lower);
  const found = VERSION.exec(dated?.base ?? lower)?.[1];
  return found?.split(/[.-]/).map((part, place) => Number(place === 0 ? part : `0.${part}`));
});

const BILLION = /(?:^|[-_ ])(\d+(?:\.\d+)?)([bt])(?=$|[-_ ])/i;
const ACTIVE = /[-_ ]a(\d+(?:\.\d+)?)b(?=$|[-_ ])/i;
const MIXTURE = /(?:^|[-_ ])(\d+)x(\d+(?:\.\d+)?)b(?=$|[-_ ])/i;
const EXPERTS = /[-_ ](\d+)e(?=$|[-_ ])/i;

/** The size that a model's name states, in thousands of millions of parameters; undefined where it states none. */
export const sizeOf = (name: string): ModelSize | undefined => {
  const mixture = MIXTURE.exec(name);
  if (mixture !== null) return { text: `${mixture[1]}x${mixture[2]}B`, experts: Number(mixture[1]) };
  const found = BILLION.exec(name);
  if (found === null) return undefined;
  const [, amount = '', unit = ''] = found;
  const billions = Number(amount) * (unit.toLowerCase() === 't' ? 1000 : 1);
  const experts = EXPERTS.exec(name)?.[1];
  const active = ACTIVE.exec(name)?.[1];
  // Llama 4 states what is active, and of how many experts.
  if (experts !== undefined)
    return { text: `${amount}B-${experts}E`, activeBillions: billions, experts: Number(experts) };
  return {
    text: `${amount}${unit.toUpperCase()}${active === undefined ? '' : `-A${active}B`}`,
    billions,
    ...(active !== undefined && { activeBillions: Number(active) }),
  };
};

/** How words of names are written for people, where it is not with a capital letter. */
const WORDS: { readonly [word: string]: string } = {
  ai: 'AI',
  asr: 'ASR',
  bge: 'BGE',
  chatgpt: 'ChatGPT',
  codellama: 'Code Llama',
  deepseek: 'DeepSeek',
  ernie: 'ERNIE',
  fp8: 'FP8',
  glm: 'GLM',
  gpt: 'GPT',
  hf: 'HF',
  it: 'IT',
  lfm: 'LFM',
  longcat: 'LongCat',
  mai: 'MAI',
  mimo: 'MiMo',
  minimax: 'MiniMax',
  moe: 'MoE',
  ocr: 'OCR',
  olmo: 'OLMo',
  oss: 'oss',
  qwq: 'QwQ',
  tts: 'TTS',
  vl: 'VL',
};

const wordForPeople = (word: string): string => {
  const known = WORDS[word];
  if (known !== undefined) return known;
  if (/^(?:a?\d+(?:\.\d+)?|\d+x\d+)[bmte]$/.test(word)) return word.toUpperCase().replace('X', 'x');
  if (/^\d|^o\d/.test(word)) return word;
  return word.charAt(0).toUpperCase() + word.slice(1);
};

/** A name for people made of an id: `claude-sonnet-5-5` is Claude Sonnet 5.5, `gpt-6.1-sol` is GPT-6.1 Sol. */
const nameForPeople: (id: string) => string = keepResults((id) => {
  const last = id.toLowerCase().split('/').at(-1) ?? id;
  const dated = splitDate(last) ?? splitShortDate(last);
  const spelled = (dated?.base ?? last).replace(/(?<=-\d{1,2})-(?=\d{1,2}(?:-|$))/g, '.');
  const words = spelled
    .split(/[-_ :@]/)
    .filter((word) => word !== '')
    .map(wordForPeople);
  const joined = words
    .join(' ')
    .replace(/\b(GPT|GLM) (?=\d)/g, '$1-')
    .replace(/^GPT oss/, 'gpt-oss');
  if (dated === undefined) return joined;
  const day = dated.date.length === 8 ? dated.date.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3') : dated.date;
  return `${joined} (${day})`;
});

/** A stated name without what is of one offering of it: its lab before it, its region, tier or variant behind it. */
const withoutOffering = (name: string): string =>
  name
    .replace(/^[A-Z][\w. -]{1,24}: (?=\S)/, '')
    .replace(/\s*\((?:free|batch|latest|flex|priority|us|eu|au|in|ca|jp|apac|global|us-gov|beta)\)$/i, '')
    .trim();

/** How well a name serves people: words with capitals best, an id worst. */
const merit = (name: string): number =>
  (/[A-Z]/.test(name) ? 2 : 0) + (/ /.test(name) ? 1 : 0) - (/[/@:]/.test(name) ? 2 : 0);

/** The first of the best of stated names, else one made of the id. A name of the same words as the id is of the model alone. */
export const bestName = (stated: readonly (string | undefined)[], id: string): string => {
  const key = identityKey(id);
  let best: string | undefined;
  let most = 0;
  for (const name of stated) {
    if (name === undefined) continue;
    const plain = withoutOffering(name);
    if (plain === '') continue;
    const own = merit(plain);
    const points = own + (own >= 2 && identityKey(plain.replace(/[()]/g, '')) === key ? 2 : 0);
    if (best !== undefined && points <= most) continue;
    best = plain;
    most = points;
  }
  if (best !== undefined && most >= 3) return best;
  const made = nameForPeople(id);
  return best !== undefined && most >= merit(made) ? best : made;
};
