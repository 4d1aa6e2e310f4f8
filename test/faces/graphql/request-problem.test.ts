import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { readAsJson } from '../../../src/faces/graphql/request-problem.ts';

const readForm = (form: string) => {
  const request = new IncomingMessage(new Socket());
  request.headers['content-type'] = 'application/x-www-form-urlencoded';
  return readAsJson(request, Buffer.from(form));
};

it.each([
  'query={a}&variables={"b":1},"query":"{c}"',
  'query={a}&%76ariables={"b":1},"query":"{c}"',
  'query={a}&vari%61bles=1%2C%22query%22%3A%22%7Bc%7D%22',
  'query={a}&e%78tensions=nothing',
])('puts nothing into a body but the parameters, however they are written: %s', (form) => {
  expect(readForm(form)).toMatchObject({ kind: 'PROBLEM', problem: { code: 'BAD_REQUEST' } });
});

it('reads a form whose names are percent-encoded', () => {
  const read = readForm('query=%7Ba%7D&%76ariables=%7B%22b%22%3A1%7D');
  expect(read.kind === 'JSON' && JSON.parse(read.bytes.toString('utf8'))).toEqual({
    query: '{a}',
    variables: { b: 1 },
  });
});
