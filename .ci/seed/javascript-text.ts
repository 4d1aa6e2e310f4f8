/** The text between the bracket that follows `opening` and its partner, both included. */
export const bracketed = (code: string, opening: string): string => {
  const start = code.indexOf(opening);
  if (start < 0) throw new Error(`promptfoo no longer has "${opening}"`);
  const from = start + opening.length - 1;
  let depth = 0;
  for (let at = from; at < code.length; at += 1) {
    if ('[{('.includes(code[at] ?? '')) depth += 1;
    if (']})'.includes(code[at] ?? '')) depth -= 1;
    if (depth === 0) return code.slice(from, at + 1);
  }
  throw new Error(`promptfoo's "${opening}" does not end`);
};

/** A literal of JavaScript that holds nothing but names, texts and numbers, read without running it. Rates are per million. */
export const literal = <Value>(text: string): Value =>
  JSON.parse(
    text
      .replaceAll(/perMillion\(([\d.e]+)\)/g, '$1')
      .replaceAll(/([\d.e]+) \/ 1e6/g, '$1')
      .replaceAll(/(?<=[\s:[,])\.(?=\d)/g, '0.')
      .replaceAll(/([{,]\s*)(\w+):/g, '$1"$2":'),
  );
