import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

type Editor = { getValue(): string; setValue(value: string): void };

const show = (editor: Editor | undefined, value: string | null | undefined): void => {
  if (editor !== undefined && value !== null && value !== undefined && editor.getValue() !== value)
    editor.setValue(value);
};

/**
 * Editors are made with what the first tab holds, and take a while to load. A tab that was opened meanwhile is marked as
 * the open one, and its operation has to be shown once they are there.
 */
export const EditorsFollowTab = (): null => {
  const { queryEditor, variableEditor, headerEditor, tabs, activeTabIndex } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor', 'tabs', 'activeTabIndex'),
  );
  const tab = tabs[activeTabIndex];
  // biome-ignore lint/correctness/useExhaustiveDependencies: later on GraphiQL itself keeps tab and editor together
  useEffect(() => show(queryEditor, tab?.query), [queryEditor]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => show(variableEditor, tab?.variables), [variableEditor]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => show(headerEditor, tab?.headers), [headerEditor]);
  return null;
};
