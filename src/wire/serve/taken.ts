type Taken<Values> = { [Name in keyof Values]?: Exclude<Values[Name], null | undefined> };

/** Clients say null or nothing for what is absent; the core knows only absence. */
export const taken = <Values extends object>(values: Values): Taken<Values> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as Taken<Values>;
