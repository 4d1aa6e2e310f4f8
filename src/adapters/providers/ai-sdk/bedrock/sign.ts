import { AwsV4Signer } from 'aws4fetch';
import type { Secret } from '../../../../domain/secret.ts';

export type AwsCredentials = {
  readonly region: string;
  /** Without it, requests are signed by the access keys. */
  readonly apiKey: Secret | undefined;
  readonly accessKeyId: Secret | undefined;
  readonly secretAccessKey: Secret | undefined;
  readonly sessionToken: Secret | undefined;
};

/** The headers that authorise a POST of `body` to Bedrock, as the package makes them for the calls that it knows. */
export const signedHeaders = async (
  url: string,
  body: string,
  { region, apiKey, accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
): Promise<{ readonly [name: string]: string }> => {
  const headers = { 'content-type': 'application/json' };
  const key = apiKey?.reveal() ?? '';
  if (key !== '') return { ...headers, authorization: `Bearer ${key}` };
  const signer = new AwsV4Signer({
    url,
    method: 'POST',
    headers,
    body,
    region,
    service: 'bedrock',
    accessKeyId: accessKeyId?.reveal() ?? '',
    secretAccessKey: secretAccessKey?.reveal() ?? '',
    ...(sessionToken !== undefined && { sessionToken: sessionToken.reveal() }),
  });
  return Object.fromEntries((await signer.sign()).headers);
};
