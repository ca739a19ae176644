import { testCertificateFile } from './tls/test-credentials.ts';

/** A connection string for one node, or for several that are separated by commas. Plain text knows no user. */
export const connectionStringTo = (
  addresses: string,
  isSecure: boolean,
  user: { readonly name: string; readonly password: string } | undefined,
): string => {
  if (!isSecure) return `esdb://${addresses}?tls=false`;
  const login = user === undefined ? '' : `${user.name}:${encodeURIComponent(user.password)}@`;
  return `esdb://${login}${addresses}?tls=true&tlsCAFile=${encodeURIComponent(testCertificateFile)}`;
};
