import { type Failure, failureOf } from '../../domain/failure.ts';
import { CONNECT_TIMEOUT_MS, NETWORK_PROBLEMS, networkErrorCode } from '../network-problem.ts';
import { type ProxyError, proxyErrorIn } from '../proxy-error.ts';
import { failureAt } from './failure-at.ts';

const INSPECTION =
  "If a proxy on the way inspects TLS, start this server with NODE_EXTRA_CA_CERTS set to the file of the proxy's certificate.";

/** Certificates of an issuer that is not known here, which a company's own is. */
const isUnknownIssuer = (code: string | undefined): boolean =>
  code === 'SELF_SIGNED_CERT_IN_CHAIN' ||
  code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' ||
  code === 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';

/** The failure of a call that did not get past a proxy; it says nothing of the provider. */
export const proxyFailure = ({ code, message, messageToAll }: ProxyError): Failure =>
  failureOf(code, messageToAll, { adminMessage: message });

/**
 * The failure of a call that got no answer. Its message is made of the code alone: the error's own text may
 * quote headers or paths. `host` is name and port.
 */
export const networkFailure = (host: string, error: unknown): Failure => {
  const proxy = proxyErrorIn(error);
  if (proxy !== undefined) return proxyFailure(proxy);
  const code = networkErrorCode(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return failureAt(
      'TIMEOUT',
      host,
      (server) => `Connecting to ${server} took longer than ${CONNECT_TIMEOUT_MS} ms.`,
    );
  if (code === 'UND_ERR_INVALID_ARG')
    return failureAt(
      'AUTHENTICATION',
      host,
      (server) =>
        `The request to ${server} could not be sent: the API key holds characters that no header can carry. Check for line breaks and quotes around it.`,
    );
  const problem = (code === undefined ? undefined : NETWORK_PROBLEMS.get(code)) ?? 'the connection failed';
  const hint = isUnknownIssuer(code) ? ` ${INSPECTION}` : '';
  return failureAt(
    'SERVER_ERROR',
    host,
    (server) => `No answer from ${server}: ${problem}${code ? ` (${code})` : ''}.${hint}`,
    { retry: 'HERE' },
  );
};
