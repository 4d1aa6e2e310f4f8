import { isJsonObject, parseJson } from '../../../domain/json.ts';
import { textAt } from '../../json-reading.ts';

/**
 * Some providers sign tool calls, for which the format has no place. Clients give blocks of encrypted reasoning back
 * as they got them, so such a block after the call carries the signature.
 */
const MARK = 'mgtc1.';

export type CarriedSignature = { readonly id: string; readonly signature: string };

/** The `data` of the block. */
export const carrySignature = (carried: CarriedSignature): string =>
  MARK + Buffer.from(JSON.stringify(carried)).toString('base64url');

/** OTHER: the provider's own encrypted reasoning. LOST: a block of ours that was changed on its way. */
export const readCarriedSignature = (
  data: string,
): ({ readonly kind: 'CARRIED' } & CarriedSignature) | { readonly kind: 'OTHER' | 'LOST' } => {
  if (!data.startsWith(MARK)) return { kind: 'OTHER' };
  const held = parseJson(Buffer.from(data.slice(MARK.length), 'base64url').toString());
  const object = isJsonObject(held) ? held : undefined;
  const id = textAt(object, 'id');
  const signature = textAt(object, 'signature');
  return id === undefined || signature === undefined ? { kind: 'LOST' } : { kind: 'CARRIED', id, signature };
};
