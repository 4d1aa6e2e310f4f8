import { GraphiQL } from 'graphiql';
import { type ReactNode, useLayoutEffect, useMemo, useReducer, useState } from 'react';
import { EditorsFollowTab } from './editors-follow-tab.tsx';
import { createFetcher } from './fetcher.ts';
import { adoptKey, storeKey } from './key.ts';
import { KeyBar } from './key-bar.tsx';
import { namespacedStorage } from './namespaced-storage.ts';
import { READY_OPERATIONS } from './operations.ts';
import { gather, NOTHING_STREAMED } from './stream.ts';
import { StreamFooter } from './stream-footer.tsx';

const TABS = READY_OPERATIONS.map(({ query, variables }) => ({
  query,
  variables: variables === undefined ? null : JSON.stringify(variables, null, 2),
}));

/** GraphiQL under a bar that holds the key. */
export const App = ({ initialKey }: { initialKey: string | undefined }): ReactNode => {
  const [key, setKey] = useState(initialKey);
  const [refused, setRefused] = useState(false);
  const [streamed, dispatch] = useReducer(gather, NOTHING_STREAMED);
  const fetcher = useMemo(
    () =>
      createFetcher(key, {
        onKeyChecked: (accepted) => setRefused(!accepted),
        onOperationStarted: () => dispatch({ type: 'started' }),
        onSubscriptionEvent: (result) => dispatch({ type: 'event', result }),
      }),
    [key],
  );
  // A printed link that is opened in a tab with this page changes the fragment alone and loads nothing. It is
  // heard from the moment the page is drawn, and one that came while it was being drawn is taken too.
  useLayoutEffect(() => {
    const adopt = () => setKey(adoptKey());
    addEventListener('hashchange', adopt);
    adopt();
    return () => removeEventListener('hashchange', adopt);
  }, []);
  const changeKey = (changed: string | undefined) => {
    storeKey(changed);
    setRefused(false);
    setKey(changed);
  };
  return (
    <>
      <KeyBar apiKey={key} refused={refused} onChange={changeKey} />
      <main className="explorer-editor">
        <GraphiQL fetcher={fetcher} defaultTabs={TABS} storage={namespacedStorage}>
          <EditorsFollowTab />
          {streamed.events > 0 && (
            <GraphiQL.Footer>
              <StreamFooter streamed={streamed} />
            </GraphiQL.Footer>
          )}
        </GraphiQL>
      </main>
    </>
  );
};
