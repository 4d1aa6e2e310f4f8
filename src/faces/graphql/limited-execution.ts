import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { GraphContext } from './context.ts';
import { withInputCodes } from './input-errors.ts';
import { overweight, tooManyValues, weighOperation } from './operation-weight.ts';
import { withReported } from './reported-errors.ts';
import { untilKeyEnds } from './until-key-ends.ts';
import type { Admission, OperationGate, Work } from './work/operation-gate.ts';
import { isPaced } from './work/pace.ts';

/** What is run by the reference's execution has its context untyped. */
const isGraphContext = (context: unknown): context is GraphContext =>
  typeof context === 'object' && context !== null && 'caller' in context && 'gone' in context;

const kindOf = ({ document, operationName }: ExecutionArgs): Work['kind'] => {
  switch (getOperationAST(document, operationName)?.operation) {
    case OperationTypeNode.QUERY:
      return 'READ';
    case OperationTypeNode.SUBSCRIPTION:
      return 'WATCH';
    default:
      return 'OTHER';
  }
};

const NOTHING_TO_LEAVE: Admission = { kind: 'ADMITTED', leave() {} };

/** What asks for too much, or of whom asks too often, does not begin. */
const admit = (gate: OperationGate, args: ExecutionArgs): Admission | Promise<Admission> => {
  const tooMany = tooManyValues(args);
  if (tooMany !== undefined) return { kind: 'REFUSED', error: tooMany };
  const weight = weighOperation(args);
  const { contextValue } = args;
  // Executing it says what is wrong.
  if (weight === undefined || !isGraphContext(contextValue)) return NOTHING_TO_LEAVE;
  const error = overweight(weight);
  if (error !== undefined) return { kind: 'REFUSED', error };
  return gate.admit(contextValue, { kind: kindOf(args), weight });
};

const refused = (error: GraphQLError): ExecutionResult => ({ errors: [error] });

const run = (args: ExecutionArgs, admission: Admission): ExecutionResult | Promise<ExecutionResult> => {
  if (admission.kind === 'REFUSED') return refused(admission.error);
  const { contextValue } = args;
  if (isPaced(contextValue) && isGraphContext(contextValue)) contextValue.loaders.batchBySlice();
  const finish = (each: ExecutionResult): ExecutionResult => {
    admission.leave();
    return withReported(withInputCodes(each), args.contextValue);
  };
  let result: ReturnType<typeof execute>;
  try {
    result = execute(args);
  } catch (error) {
    admission.leave();
    throw error;
  }
  return 'then' in result ? result.then(finish) : finish(result);
};

/** Each event is an execution of its own. */
const reportInEvent = ({
  args,
  result,
  setResult,
}: {
  readonly args: { readonly contextValue: unknown };
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}): void => setResult(withReported(result, args.contextValue));

/**
 * The reference's own execution: the engine's copies each variable before it reads it, for what the graph does not
 * have, operations whose results come in pieces. What asks for too much is not executed, and what is heavy is in slices.
 */
export const limitedExecution = (gate: OperationGate): Plugin<GraphContext> => ({
  onExecute({ setExecuteFn }) {
    setExecuteFn((args: ExecutionArgs) => {
      const admission = admit(gate, args);
      return 'then' in admission ? admission.then((each) => run(args, each)) : run(args, admission);
    });
  },
  async onSubscribe({ args, setResultAndStopExecution }) {
    const admission = await admit(gate, args);
    if (admission.kind === 'REFUSED') {
      setResultAndStopExecution(refused(admission.error));
      return undefined;
    }
    return {
      onSubscribeResult({ result, setResult }) {
        const { caller, keys }: GraphContext = args.contextValue;
        if (isAsyncIterable(result)) setResult(untilKeyEnds(result, caller, keys));
        else admission.leave();
        return { onNext: reportInEvent, onEnd: admission.leave };
      },
    };
  },
});
