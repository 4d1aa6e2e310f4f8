import type { CompletionRefusal } from '../../domain/refusal.ts';

/** What a stage gives the next one, or why the completion is refused. */
export type Staged<Value> =
  | { readonly kind: 'OK'; readonly value: Value }
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal };

export const ok = <Value>(value: Value): Staged<Value> => ({ kind: 'OK', value });
export const refused = (refusal: CompletionRefusal): Staged<never> => ({ kind: 'REFUSED', refusal });
