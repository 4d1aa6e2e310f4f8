/** An operation that a tab of the explorer opens with. */
export type ReadyOperation = {
  /** The document; the name of its operation is the tab's title. */
  readonly query: string;
  /** Values of the document's variables. */
  readonly variables?: { readonly [name: string]: unknown };
};
