type Taken<Values> = { [Name in keyof Values]?: Exclude<Values[Name], null | undefined> };

/** Clients say null or nothing for what is absent; the core knows only absence. */
export const taken = <Values extends object>(values: Values): Taken<Values> => {
  const there: Taken<Values> = {};
  for (const name in values) {
    const value = values[name];
    if (isThere(value)) there[name] = value;
  }
  return there;
};

const isThere = <Value>(value: Value): value is Exclude<Value, null | undefined> =>
  value !== null && value !== undefined;
