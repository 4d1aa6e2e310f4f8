/** Lists are read again and again with the same names: so many of them are kept. */
const MAX_KEPT = 50_000;

/** The function, not worked out twice for one text. */
export const keepResults = <Result>(workOut: (text: string) => Result): ((text: string) => Result) => {
  const results = new Map<string, { readonly result: Result }>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known.result;
    const result = workOut(text);
    if (results.size >= MAX_KEPT) results.clear();
    results.set(text, { result });
    return result;
  };
};
