/** Goes on with a value at once where it is here, else when it has come. What is thrown meanwhile goes to `broke`. */
export const upon = <Value>(
  value: Value | Promise<Value>,
  go: (value: Value) => void,
  broke: (error: unknown) => void,
): void => {
  if (value instanceof Promise) value.then(go).catch(broke);
  else go(value);
};
