/** Whether a model is known to reason, by its name as OpenAI, Azure and relays write it. */
export const isReasoningModel = (providerModelId: string): boolean => {
  const name = providerModelId.toLowerCase();
  return (
    /(?:^|[/.:])(?:o[1-9]\d*(?:$|-)|gpt-(?:[5-9]|[1-9]\d)|gpt-oss|codex|computer-use)/.test(name) &&
    !/(?:^|-)chat(?:-|$)/.test(name)
  );
};
