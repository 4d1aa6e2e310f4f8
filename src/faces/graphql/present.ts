type Present<Values> = { [Name in keyof Values]?: Exclude<Values[Name], null | undefined> };

/** GraphQL says null or nothing for what is absent; the core knows only absence. */
export const present = <Values extends object>(values: Values): Present<Values> => {
  const given: Present<Values> = {};
  for (const name in values) {
    const value = values[name];
    if (isPresent(value)) given[name] = value;
  }
  return given;
};

const isPresent = <Value>(value: Value): value is Exclude<Value, null | undefined> => value != null;
