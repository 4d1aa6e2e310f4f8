/** Operations that an operator has approved, by the ids by which clients name them. */
export type TrustedDocuments = {
  /** ALLOW: other operations run too. ONLY: nothing else runs. */
  readonly mode: 'ALLOW' | 'ONLY';
  /** The text of each operation by its id, which is a hash for most tools. */
  readonly texts: ReadonlyMap<string, string>;
};
