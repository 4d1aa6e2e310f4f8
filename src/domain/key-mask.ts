/** In place of a credential, or of what is left of one. */
export const MASKED = '[secret]';

/** Shared with a key by so many characters in a row, a word is a piece of it. */
const PIECE = 8;
/** Of a key that people have made: text has such words too. Chance makes one of 1,000 pieces so. */
const PLAIN_WORD = /^[a-z]+$/;
/** Of a key's beginning or its end, which providers quote alone, fewer say enough. */
const SHORT_HEAD = 6;
const SHORT_TAIL = 4;
/** And next to what was starred out, still fewer. */
const STARRED_END = 2;

/** What a key, whole or not, can be written with; escapes and stars included. */
const WORD = /[\w\-.~+/=*•·…%\\&#;:@$!|^]{3,}/g;
const STARS = /[*•·…]+|\.{2,}|(?<=-)x{3,}|X{3,}|x{4,}/;

const unescaped = (word: string): string => {
  const plain = word
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/&#x([0-9a-f]{1,4});/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
      Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'),
    );
  return plain.replaceAll('\\', '');
};

/** The characters of a key's base64 that do not depend on what stands before and after it, for each of the three places. */
const base64Cores = (key: string): readonly string[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(key)]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((bytes.length * 8) / 6);
    return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
  });

const isStarredEnd = (word: string, key: string): boolean => {
  const parts = word.split(STARS);
  if (parts.length < 2) return false;
  const head = (parts[0] ?? '').replace(/^.*[=:@"]/, '');
  const tail = (parts.at(-1) ?? '').replace(/[.:;,!]+$/, '');
  return (
    (head.length >= STARRED_END && key.startsWith(head)) || (tail.length >= STARRED_END && key.endsWith(tail))
  );
};

/** Whether it is the key's beginning or its end alone. */
const isEnd = (word: string, key: string): boolean => {
  const bare = word.replace(/^[^\w]+|[^\w]+$/g, '');
  return (
    (bare.length >= SHORT_HEAD && key.startsWith(bare)) || (bare.length >= SHORT_TAIL && key.endsWith(bare))
  );
};

/** Masks a key in a text, also where it is cut, starred out, escaped, encoded, or in other letters. */
export const createKeyMask = (secret: string): ((text: string) => string) => {
  const key = secret.toLowerCase();
  const pieces = new Set<string>();
  for (let at = 0; at + PIECE <= key.length; at += 1)
    if (!PLAIN_WORD.test(secret.slice(at, at + PIECE))) pieces.add(key.slice(at, at + PIECE));
  const encoded = [...base64Cores(secret), Buffer.from(secret).toString('hex')]
    .filter((core) => core.length >= PIECE)
    .map((core) => core.toLowerCase());
  /** The same of each spelling: cut ones are told by their pieces. */
  const encodedPieces = new Set<string>();
  for (const core of encoded)
    for (let at = 0; at + 2 * PIECE <= core.length; at += 1)
      encodedPieces.add(core.slice(at, at + 2 * PIECE));

  const holdsPiece = (word: string): boolean => {
    for (let at = 0; at + PIECE <= word.length; at += 1)
      if (
        pieces.has(word.slice(at, at + PIECE)) ||
        (at + 2 * PIECE <= word.length && encodedPieces.has(word.slice(at, at + 2 * PIECE)))
      )
        return true;
    return encoded.some((core) => core.length < 2 * PIECE && word.includes(core));
  };
  const isOfKey = (word: string): boolean => holdsPiece(word) || isStarredEnd(word, key) || isEnd(word, key);

  return (text) => {
    const whole = text.replaceAll(secret, MASKED);
    return whole.replaceAll(WORD, (word) => {
      const small = word.toLowerCase();
      if (isOfKey(small)) return MASKED;
      return /[%\\&]/.test(small) && isOfKey(unescaped(word).toLowerCase()) ? MASKED : word;
    });
  };
};

/** Keys of whom ever, by how they begin; starred out ones as well. */
const ANY_KEY =
  /\b(?:sk|pk|rk)-[\w*•….-]{12,}|\b(?:AIza|ya29\.|gsk_|xai-|hf_|pplx-|nvapi-|fw_|csk-|r8_|tgp_|AKIA|ABSK|ghp_|github_pat_|mg_)[\w*•….-]{12,}|\b(?:sk|pk|rk|key|gsk|xai|mg)[-_][\w-]*[*•…]{2,}[\w-]*|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g;
const AUTHORIZATION = /\b(bearer|basic)(\s+)[\w\-.~+/=*]{8,}/gi;

/** Masks what looks like a key of this server or of a known service. */
export const maskAnyKey = (text: string): string =>
  text
    .replaceAll(ANY_KEY, MASKED)
    .replaceAll(AUTHORIZATION, (_, scheme: string, space: string) => `${scheme}${space}${MASKED}`);
