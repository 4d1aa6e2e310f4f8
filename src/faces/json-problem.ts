/** Where JSON breaks off and why. */
type Fault = { readonly position: number; readonly problem: string };

const DIGITS = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const CONSTANTS: ReadonlySet<string> = new Set(['true', 'false', 'null']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const matchAt = (pattern: RegExp, text: string, position: number): string | undefined => {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
};

const SPACE = /[ \t\r\n]*/y;

const skipSpace = (text: string, from: number): number => from + (matchAt(SPACE, text, from)?.length ?? 0);

/** Where the string that begins at `from` ends, or what is wrong in it. */
const skipString = (text: string, from: number): number | Fault => {
  for (let position = from + 1; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) return position + 1;
    if (code < 0x20) {
      const problem =
        code === 0x0a || code === 0x0d
          ? 'a line break within a string is written as \\n'
          : 'a control character within a string is written as \\u and four digits';
      return { position, problem };
    }
    if (code !== BACKSLASH) continue;
    const escaped = matchAt(ESCAPE, text, position);
    if (escaped === undefined) return { position, problem: 'a backslash within a string is written as \\\\' };
    position += escaped.length - 1;
  }
  return { position: text.length, problem: 'it ends within a string' };
};

const unexpected = (text: string, position: number, expected: string): Fault => {
  const problem = (): string => {
    if (position >= text.length) return `it ends where ${expected} is expected`;
    if (text[position] === "'") return 'strings take double quotes, not single ones';
    if (text.startsWith('//', position) || text.startsWith('/*', position) || text[position] === '#')
      return 'comments are not part of JSON';
    return `${expected} is expected`;
  };
  return { position, problem: problem() };
};

/** Where the value that begins at `from` ends, if it is neither a list nor an object. */
const skipScalar = (text: string, from: number): number | Fault => {
  if (text[from] === '"') return skipString(text, from);
  const digits = matchAt(DIGITS, text, from);
  if (digits !== undefined) return from + digits.length;
  const word = matchAt(WORD, text, from);
  if (word !== undefined && CONSTANTS.has(word)) return from + word.length;
  if (word !== undefined && /^(?:True|False|None|undefined|NaN|Infinity)$/.test(word))
    return { position: from, problem: `${word} is not part of JSON` };
  return unexpected(text, from, 'a value');
};

/** The first fault, as RFC 8259 has it; undefined if there is none. */
const findFault = (text: string): Fault | undefined => {
  const open: ('}' | ']')[] = [];
  let position = skipSpace(text, 0);
  /** What comes next: a value; a name within an object; or what follows a value. */
  let next: 'VALUE' | 'NAME' | 'END' = 'VALUE';
  let isFirst = false;
  for (;;) {
    const closing = open.at(-1);
    if (next === 'END') {
      if (closing === undefined)
        return position < text.length ? { position, problem: 'something follows its end' } : undefined;
      if (text[position] === closing) {
        open.pop();
        position = skipSpace(text, position + 1);
      } else if (text[position] === ',') {
        position = skipSpace(text, position + 1);
        if (text[position] === closing)
          return { position, problem: `a comma stands before ${closing}, where nothing follows` };
        next = closing === '}' ? 'NAME' : 'VALUE';
        isFirst = false;
      } else return unexpected(text, position, `a comma or ${closing}`);
      continue;
    }
    if (isFirst && closing !== undefined && text[position] === closing) {
      next = 'END';
      isFirst = false;
      continue;
    }
    if (next === 'NAME') {
      if (text[position] !== '"')
        return unexpected(
          text,
          position,
          isFirst ? 'a name in double quotes or }' : 'a name in double quotes',
        );
      const end = skipString(text, position);
      if (typeof end !== 'number') return end;
      position = skipSpace(text, end);
      if (text[position] !== ':') return unexpected(text, position, 'a colon');
      position = skipSpace(text, position + 1);
      next = 'VALUE';
      isFirst = false;
      continue;
    }
    if (text[position] === '{' || text[position] === '[') {
      const isObject = text[position] === '{';
      open.push(isObject ? '}' : ']');
      next = isObject ? 'NAME' : 'VALUE';
      isFirst = true;
      position = skipSpace(text, position + 1);
      continue;
    }
    const end = skipScalar(text, position);
    if (typeof end !== 'number') return end;
    position = skipSpace(text, end);
    next = 'END';
    isFirst = false;
  }
};

/** Runs of characters as keys have; with more of them it may be one. */
const TOKEN_RUN = /[\w\-+/=.~]{10,}/g;
const EXCERPT = 16;
const MAX_TOKEN = 1_000;

/** A few characters on each side, without what may be a secret. */
const excerpt = (text: string, position: number): string => {
  const start = Math.max(0, position - MAX_TOKEN);
  const masked = text
    .slice(start, position + MAX_TOKEN)
    .replaceAll(TOKEN_RUN, (run) => '\0'.repeat(run.length));
  return masked
    .slice(Math.max(0, position - start - EXCERPT), position - start + EXCERPT)
    .replaceAll(/\0+/g, '…')
    .replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
    .trim();
};

/** Of a longer text only so many characters are looked at: all requests wait meanwhile. */
const MAX_EXPLAINED = 1_000_000;

const countLineBreaks = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
};

/** Says where and why a text is not JSON: the fault, line and column, and a few characters around it without secrets. */
export const explainJsonFault = (whole: string): string => {
  const text = whole.slice(0, MAX_EXPLAINED);
  if (text.trim() === '' && text.length === whole.length) return 'it is empty';
  const fault = findFault(text);
  if (fault === undefined) return 'it cannot be read';
  if (text.length < whole.length && fault.position > text.length - MAX_TOKEN)
    return `the fault lies behind its first ${MAX_EXPLAINED - MAX_TOKEN} characters`;
  const before = text.slice(0, fault.position);
  const line = countLineBreaks(before) + 1;
  const column = fault.position - before.lastIndexOf('\n');
  const near = excerpt(text, fault.position);
  return `${fault.problem} (line ${line}, column ${column}${near === '' ? '' : `, near ${near}`})`;
};
