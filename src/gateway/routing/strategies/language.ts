import { francAll } from 'franc-min';

/** Characters that are looked at: more of them tell no more. */
const LOOKED_AT = 500;
/** Before code is taken out, which is in no language. */
const READ = 8 * LOOKED_AT;
const FENCED = /```[^`]*(?:```|$)/g;
/** Letters under which words of several languages look alike. */
const FEWEST_LETTERS = 24;
/** The runner-up has to be less likely than this share of the first. */
const CLEAR = 0.95;
/** Share of the letters that a script needs to be that of the text: Chinese prompts hold English names and code. */
const LEAST_SHARE = 0.2;

/** A script, who uses it most by far, and who else can be told by letters of their own. */
type Script = {
  readonly letters: RegExp;
  readonly language: string;
  readonly others?: readonly { readonly letters: RegExp; readonly language: string }[];
};
const SCRIPTS: readonly Script[] = [
  { letters: /\p{Script=Hangul}/gu, language: 'ko' },
  { letters: /\p{Script=Han}/gu, language: 'zh' },
  {
    letters: /\p{Script=Cyrillic}/gu,
    language: 'ru',
    others: [
      { letters: /ў/iu, language: 'be' },
      { letters: /[іїєґ]/iu, language: 'uk' },
    ],
  },
  {
    letters: /\p{Script=Arabic}/gu,
    language: 'ar',
    others: [
      { letters: /[ٹڈڑے]/u, language: 'ur' },
      { letters: /[پچژگ]/u, language: 'fa' },
    ],
  },
  { letters: /\p{Script=Hebrew}/gu, language: 'he' },
  { letters: /\p{Script=Thai}/gu, language: 'th' },
  { letters: /\p{Script=Devanagari}/gu, language: 'hi' },
  { letters: /\p{Script=Greek}/gu, language: 'el' },
];
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const LETTER = /\p{L}/gu;
/** ISO 639-1 of the languages that are told apart by their words. */
const TWO_LETTERS: { readonly [iso6393: string]: string } = {
  spa: 'es',
  eng: 'en',
  por: 'pt',
  ind: 'id',
  fra: 'fr',
  deu: 'de',
  vie: 'vi',
  ita: 'it',
  tur: 'tr',
  pol: 'pl',
  swh: 'sw',
  ron: 'ro',
  hau: 'ha',
  hrv: 'hr',
  bos: 'bs',
  srp: 'sr',
  nld: 'nl',
  yor: 'yo',
  zlm: 'ms',
  tgl: 'tl',
  hun: 'hu',
  ces: 'cs',
  swe: 'sv',
  som: 'so',
  zul: 'zu',
};
const KNOWN = Object.keys(TWO_LETTERS);

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** What the words say; undefined where there are too few of them, or where they could be of another language. */
const byWords = (text: string, letters: number): string | undefined => {
  if (letters < FEWEST_LETTERS) return undefined;
  const [first, second] = francAll(text, { only: KNOWN });
  if (first === undefined || (second !== undefined && second[1] > CLEAR * first[1])) return undefined;
  return TWO_LETTERS[first[0]];
};

/** ISO 639-1 code of the language that a text is mostly written in; undefined where it is too short or unclear. */
export const languageOf = (text: string): string | undefined => {
  const shown = text.slice(0, READ).replaceAll(FENCED, ' ').slice(0, LOOKED_AT);
  const letters = count(shown, LETTER);
  if (letters === 0) return undefined;
  const isMain = (found: number): boolean => found >= 2 && found >= letters * LEAST_SHARE;
  // Japanese is written with Chinese characters too, Chinese never with kana.
  const kana = count(shown, KANA);
  if (kana >= 2 && isMain(kana + count(shown, /\p{Script=Han}/gu))) return 'ja';
  for (const { letters: script, language, others = [] } of SCRIPTS)
    if (isMain(count(shown, script)))
      return others.find((other) => other.letters.test(shown))?.language ?? language;
  return byWords(shown, letters);
};
