import { type Answer, stewardTokens, type TestApp } from './app.ts';

type With = {
  /** The version that was seen; null: the request does not say. */
  readonly version: number | null;
  readonly key: string;
  readonly by?: keyof typeof stewardTokens;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A steward sends a decision. */
export const decide = async (
  { send }: Pick<TestApp, 'send'>,
  url: string,
  body: unknown,
  { version, key, by = 'anna', headers = {} }: With,
): Promise<Answer> =>
  await send(
    'POST',
    url,
    {
      authorization: `Bearer ${stewardTokens[by]}`,
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(version === null ? {} : { 'if-match': `"${version}"` }),
      ...headers,
    },
    typeof body === 'string' ? body : JSON.stringify(body),
  );
