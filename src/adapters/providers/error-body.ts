/** Most bytes that are kept of an error's body: enough for any message, too few to hurt. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** Reads an error's body as far as it comes, up to the limit. Never rejects: a part of a message is better than none. */
export const readErrorBody = async (
  chunks: AsyncIterator<Uint8Array>,
): Promise<{ readonly text: string; readonly isWhole: boolean }> => {
  const decoder = new TextDecoder();
  let text = '';
  let room = ERROR_BODY_LIMIT;
  try {
    for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) {
      text += decoder.decode(step.value.subarray(0, room), { stream: true });
      room -= step.value.byteLength;
      if (room <= 0) return { text, isWhole: false };
    }
    return { text: text + decoder.decode(), isWhole: true };
  } catch {
    return { text, isWhole: false };
  }
};
