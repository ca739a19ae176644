/** The credentials of a connection string. They are sent with each call, and shown nowhere. */
export type Credentials = { readonly username: string; readonly password: string };

/** A connection string in two: the address, which may be shown, and the credentials, which may not. */
export type Connection = { readonly address: string; readonly credentials: Credentials | undefined };

/** The connection string is none. The message does not repeat it: it may hold a password. */
export class InvalidConnectionString extends TypeError {
  override readonly name = 'InvalidConnectionString';
  readonly code = 'ERR_INVALID_CONNECTION_STRING';
}

const schemes = /^(esdb(?:\+discover)?:\/\/)(.*)$/s;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text is a secret: the message of the error may not hold it.
    throw new InvalidConnectionString(
      'the credentials of the connection string are not URL-encoded: write "%25" for "%"',
    );
  }
}

/**
 * Parts a connection string from its credentials, `esdb://user:password@host:2113?tls=true`. The client's errors,
 * warnings and debug output show the string that it was given, so it is given the address alone. Throws
 * InvalidConnectionString.
 */
export function splitConnectionString(connectionString: string): Connection {
  const [, scheme, rest] = schemes.exec(connectionString.trim()) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw new InvalidConnectionString('the connection string must begin with esdb:// or esdb+discover://');
  }
  const end = rest.search(/[/?]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const at = authority.lastIndexOf('@');
  if (at === -1) {
    if (rest.includes('@'))
      throw new InvalidConnectionString(
        'write "/", "?" and "@" in the credentials of the connection string URL-encoded',
      );
    return { address: scheme + rest, credentials: undefined };
  }
  const colon = authority.indexOf(':');
  if (colon === -1 || colon > at)
    throw new InvalidConnectionString('the credentials of the connection string are user:password');
  const username = decoded(authority.slice(0, colon));
  const password = decoded(authority.slice(colon + 1, at));
  return { address: scheme + rest.slice(at + 1), credentials: { username, password } };
}
