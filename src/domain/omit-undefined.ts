type OmitUndefined<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

const isDefined = <Value>(value: Value): value is Exclude<Value, undefined> => value !== undefined;

/** A copy without the members that are undefined: what is absent is no member. Not for the hot path. */
export const omitUndefined = <Values extends object>(values: Values): OmitUndefined<Values> => {
  const given: OmitUndefined<Values> = {};
  for (const name in values) {
    const value = values[name];
    if (isDefined(value)) given[name] = value;
  }
  return given;
};
