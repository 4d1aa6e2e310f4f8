import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const file = (name: string): string => new URL(`../fixtures/tls/${name}`, import.meta.url).pathname;

/** For NODE_EXTRA_CA_CERTS of a process that is to trust the servers of the tests. */
export const TEST_CERTIFICATE_FILE = file('example-test.cert.pem');

/** Of 127.0.0.1, localhost and all names below example.test; no secret: nothing but tests trusts it. */
export const TEST_TLS = {
  cert: readFileSync(TEST_CERTIFICATE_FILE, 'utf8'),
  key: readFileSync(file('example-test.key.pem'), 'utf8'),
};

/** Lets this process trust the servers of the tests. */
export const trustTestCertificate = (): void =>
  setDefaultCACertificates([...getCACertificates('default'), TEST_TLS.cert]);
