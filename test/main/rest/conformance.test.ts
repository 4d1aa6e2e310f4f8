import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { REST_UPSTREAMS, type RestServer, type RestUpstream, restServer } from './rest-server.ts';

type Check = { readonly id: string; readonly status: string; readonly detail?: string };

/**
 * Answers that are passed on as they came name the model as their provider does, and the checks want the name that they
 * asked for: it is asked for by that name. The list has ids of offerings; it is checked with one of them besides.
 */
const NAMED_OTHERWISE = {
  'models.list': 'asked by the name that the provider uses',
  'sdk.node.models_list': 'as above',
};
const askedAs = ({ chat }: RestUpstream): string => chat.replace(/^openai\//, '');

/** Checks that ask for what the model behind the endpoint does not do, whoever passes the question on, and why not. */
const NOT_APPLICABLE: { readonly [upstream: string]: { readonly [check: string]: string } } = {
  'the sandbox': {
    'history.recalled': 'the sandbox says what it is told last',
    'tools.generates_a_call': 'the sandbox calls tools that a line of the prompt names',
    'tools.fills_in_the_arguments': 'as above',
    'tools.chooses_among_several_tools': 'as above',
    'tools.reads_a_tool_result_back': 'the sandbox says what it is told last',
    'parameters.temperature': 'the same request always gets the same answer',
    'parameters.seed': 'the same request always gets the same answer',
    'parameters.stop': 'the prompt, which it says again, does not hold the word to stop at',
    'parameters.max_completion_tokens': 'the prompt, which it says again, is shorter than the limit',
  },
  Anthropic: {
    'parameters.seed': 'its API has no seed',
    'parameters.top_p': 'the model takes either this or a temperature, and both are sent',
  },
  OpenAI: NAMED_OTHERWISE,
  'OpenAI (Responses)': NAMED_OTHERWISE,
};

const CLI = new URL('../../../node_modules/webai-at-home/dist/cli.js', import.meta.url).pathname;

/** The exit code says nothing of the checks. */
const report = async (
  { base, key }: RestServer,
  model: string,
  ...more: readonly string[]
): Promise<readonly Check[]> => {
  const args = ['openai_test', 'conformance', '--base_url', base, '--api_key', key, '--model', model];
  const child = spawn(process.execPath, [CLI, ...args, '--profile', 'full', '--format', 'json', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  if (!output.startsWith('{')) throw new Error(`no report: ${output}${complaints}`);
  return JSON.parse(output).tests;
};

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
});

/** It warns where pieces come at once, as they do on a busy machine: it is asked anew, some times over. */
const PACE = 'streaming.timing';
const isPaced = async (model: string): Promise<boolean> => {
  for (let turn = 0; turn < 4; turn += 1) {
    const [check] = await report(rest, model, '--test', PACE);
    if (check?.status === 'pass') return true;
  }
  return false;
};

describe('the conformance profile "full" of webai-at-home', () => {
  it.each(REST_UPSTREAMS)('passes by $name', { timeout: 120_000 }, async (upstream) => {
    const { name, chat } = upstream;
    const checks = await report(rest, askedAs(upstream));
    const excused = NOT_APPLICABLE[name] ?? {};
    const problems: Check[] = [];
    for (const check of checks) {
      if (check.status === 'pass' || excused[check.id] !== undefined) continue;
      if (check.id !== PACE || !(await isPaced(askedAs(upstream)))) problems.push(check);
    }
    expect(problems).toEqual([]);
    expect(new Set(checks.map(({ id }) => id)).size).toBeGreaterThanOrEqual(30);
    if (askedAs(upstream) !== chat) {
      const listed = await report(rest, chat, '--group', 'models');
      expect(listed).toMatchObject([{ id: 'models.list', status: 'pass' }]);
    }
    // An excuse that is needed no more is a mistake.
    const failing = new Set(checks.filter(({ status }) => status !== 'pass').map(({ id }) => id));
    expect(Object.keys(excused).filter((id) => !failing.has(id))).toEqual([]);
  });
});
