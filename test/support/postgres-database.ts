import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** A new, empty database on a server: its URL, and how to drop it, open connections or not. */
export const createDatabase = async (
  serverUrl: string,
): Promise<{ readonly url: string; drop(): Promise<void> }> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(serverUrl, `drop database ${name} with (force)`) };
};

const execute = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
