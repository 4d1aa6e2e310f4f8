type Present<Shape> = { [Name in keyof Shape]?: Exclude<Shape[Name], undefined> };

/** Without the members that are undefined. */
export const present = <Shape extends object>(given: Shape): Present<Shape> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Present<Shape>;
