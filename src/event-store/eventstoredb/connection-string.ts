/** A user of the server; only a secure server asks for one. */
export type Credentials = { readonly username: string; readonly password: string };

/** A connection string, taken apart. `address` holds no credentials. */
export type ConnectionString = { readonly address: string; readonly credentials: Credentials | undefined };

/** The connection string cannot be used. The message does not repeat it: it may hold a password. */
export class InvalidConnectionString extends TypeError {
  override readonly name = 'InvalidConnectionString';
  readonly code = 'ERR_INVALID_CONNECTION_STRING';
}

/**
 * Splits the credentials off a connection string such as `esdb://user:password@host:2113?tls=true`: the client prints its
 * connection string in errors, warnings and debug output. This file does not import the client, so that commands that
 * only name a store do not load it. Throws InvalidConnectionString.
 */
export function splitConnectionString(connectionString: string): ConnectionString {
  const [, scheme, rest] = /^(esdb(?:\+discover)?:\/\/)(.*)$/s.exec(connectionString.trim()) ?? [];
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
  const username = decode(authority.slice(0, colon));
  const password = decode(authority.slice(colon + 1, at));
  return { address: scheme + rest.slice(at + 1), credentials: { username, password } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text is a secret, so this message must not hold it.
    throw new InvalidConnectionString(
      'the credentials of the connection string are not URL-encoded: write "%25" for "%"',
    );
  }
}
