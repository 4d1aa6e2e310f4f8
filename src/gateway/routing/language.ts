import { franc } from 'franc-min';

/** Characters that are looked at: more of them tell no more. */
const LOOKED_AT = 500;
/** Letters under which words of several languages look alike. */
const FEWEST_LETTERS = 24;
/** Share of the letters that a script needs to be that of the text: Chinese prompts hold English names and code. */
const LEAST_SHARE = 0.2;

/** Scripts that one language is written in, or one far more often than others. */
const SCRIPTS: readonly { readonly letters: RegExp; readonly language: string }[] = [
  { letters: /[\p{Script=Hangul}]/gu, language: 'ko' },
  { letters: /[\p{Script=Han}]/gu, language: 'zh' },
  { letters: /[\p{Script=Cyrillic}]/gu, language: 'ru' },
  { letters: /[\p{Script=Arabic}]/gu, language: 'ar' },
  { letters: /[\p{Script=Hebrew}]/gu, language: 'he' },
  { letters: /[\p{Script=Thai}]/gu, language: 'th' },
  { letters: /[\p{Script=Devanagari}]/gu, language: 'hi' },
  { letters: /[\p{Script=Greek}]/gu, language: 'el' },
];
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const LETTER = /\p{L}/gu;
/** One of these stands for a whole word or syllable. */
const DENSE = new Set(['ko', 'zh', 'ja']);

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
  ukr: 'uk',
  rus: 'ru',
  bul: 'bg',
  bel: 'be',
  kaz: 'kk',
  arb: 'ar',
  urd: 'ur',
  pes: 'fa',
  hin: 'hi',
  mar: 'mr',
  npi: 'ne',
};
const KNOWN = Object.keys(TWO_LETTERS);

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** What the words say; undefined where there are too few of them. */
const byWords = (text: string, letters: number): string | undefined =>
  letters < FEWEST_LETTERS ? undefined : TWO_LETTERS[franc(text, { only: KNOWN })];

/** ISO 639-1 code of the language that a text is mostly written in; undefined where it is too short or unclear. */
export const languageOf = (text: string): string | undefined => {
  const shown = text.slice(0, LOOKED_AT);
  const letters = count(shown, LETTER);
  if (letters === 0) return undefined;
  // Japanese is written with Chinese characters too, Chinese never with kana.
  const kana = count(shown, KANA);
  const isMain = (found: number): boolean => found >= 2 && found >= letters * LEAST_SHARE;
  if (kana >= 2 && isMain(kana + count(shown, /\p{Script=Han}/gu))) return 'ja';
  for (const script of SCRIPTS) {
    const found = count(shown, script.letters);
    if (!isMain(found)) continue;
    return DENSE.has(script.language) ? script.language : (byWords(shown, found) ?? script.language);
  }
  return byWords(shown, letters);
};
