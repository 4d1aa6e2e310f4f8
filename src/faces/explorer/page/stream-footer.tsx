import { type ReactNode, useEffect, useRef } from 'react';
import type { Streamed } from './stream.ts';

/** The text of a stream as it grows, under the result pane. */
export const StreamFooter = ({ streamed }: { streamed: Streamed }): ReactNode => {
  const textRef = useRef<HTMLParagraphElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text's growth is what moves its end
  useEffect(() => {
    const text = textRef.current;
    if (text !== null) text.scrollTop = text.scrollHeight;
  }, [streamed.text]);
  return (
    <section className="explorer-stream" aria-label="Streamed so far">
      <h2>
        Streamed so far: {streamed.events} {streamed.events === 1 ? 'event' : 'events'}
      </h2>
      {streamed.text !== '' && <p ref={textRef}>{streamed.text}</p>}
    </section>
  );
};
