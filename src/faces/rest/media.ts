import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { OnFailure } from '../../control/authentication.ts';
import type { MediaShelf } from '../../gateway/media-shelf.ts';
import { reasonOf, sendJson } from './exchange.ts';

const BASE = '/media/';
/** Shorter than anything is kept. */
const MAX_AGE_S = 300;

/** Shown in place; anything else, a scripted SVG or a page for example, is only ever saved. */
const SHOWN = /^(image\/(png|jpeg|webp|gif|avif)|audio\/[a-z0-9.+-]+)([ \t]*;.*)?$/i;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*([ \t]*;[ \t]*[a-z0-9-]+=[a-z0-9._-]+)*$/i;

const refuse = (
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: OutgoingHttpHeaders = {},
): true => {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] }, headers);
  return true;
};

type Range = { readonly from: number; readonly to: number };

/**
 * The one range that is asked for, both ends included; NONE: all of it, which also answers what is not
 * understood and several ranges at once.
 */
const rangeOf = (header: string | undefined, size: number): Range | 'NONE' | 'UNSATISFIABLE' => {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'NONE';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'UNSATISFIABLE' : { from: size - length, to: size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < from) return 'NONE';
  return from >= size ? 'UNSATISFIABLE' : { from, to };
};

/**
 * `/media/<token>`: results that were asked for as an address. The token is the secret: no key is needed. What
 * lies there came from a provider, so that a browser is told neither to guess its type nor to run any of it.
 */
export const createMediaFace = (shelf: MediaShelf, onFailure: OnFailure) => ({
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (!path.startsWith(BASE)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const message = `There is no ${request.method} here, only GET and HEAD.`;
      return refuse(response, 405, 'METHOD_NOT_ALLOWED', message, { allow: 'GET, HEAD' });
    }
    let media: Awaited<ReturnType<MediaShelf['find']>>;
    try {
      media = await shelf.find(path.slice(BASE.length));
    } catch (error) {
      onFailure('Media could not be read.', { reason: reasonOf(error) });
      const message = 'What is kept cannot be reached now. Try again.';
      return refuse(response, 503, 'UNAVAILABLE', message, { 'retry-after': '1' });
    }
    if (media === undefined) {
      return refuse(
        response,
        404,
        'NOT_FOUND',
        'There is nothing here, or no more: media are kept for a short time.',
      );
    }

    const { bytes } = media;
    const mediaType = MEDIA_TYPE.test(media.mediaType) ? media.mediaType : 'application/octet-stream';
    const range = rangeOf(request.headers.range, bytes.length);
    if (range === 'UNSATISFIABLE') {
      const message = `There are ${bytes.length} bytes.`;
      return refuse(response, 416, 'RANGE_NOT_SATISFIABLE', message, {
        'content-range': `bytes */${bytes.length}`,
      });
    }
    const sent = range === 'NONE' ? bytes : bytes.subarray(range.from, range.to + 1);
    response.writeHead(range === 'NONE' ? 200 : 206, {
      'content-type': mediaType,
      'content-length': sent.length,
      'content-disposition': SHOWN.test(mediaType) ? 'inline' : 'attachment',
      'accept-ranges': 'bytes',
      'cache-control': `private, max-age=${MAX_AGE_S}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'referrer-policy': 'no-referrer',
      ...(range !== 'NONE' && { 'content-range': `bytes ${range.from}-${range.to}/${bytes.length}` }),
    });
    // Of an answer to HEAD, node:http sends no body.
    response.end(sent);
    return true;
  },
});
