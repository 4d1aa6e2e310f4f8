/** A name for a document that has none, as servers demand one: by its media type, e.g. `document.pdf`. */
export const fileNameOf = (mediaType: string): string => {
  const subtype = /^[^/]+\/([a-z0-9]{1,8})(?:;|$)/i.exec(mediaType)?.[1]?.toLowerCase();
  return `document.${subtype === undefined || subtype === 'plain' ? 'txt' : subtype}`;
};
