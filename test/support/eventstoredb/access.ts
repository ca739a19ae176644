import type { Metadata } from '@grpc/grpc-js';
import { accessDenied, unauthenticated } from './call-error.ts';

/** Names and passwords of those who may use a secure server; without them everybody may do everything. */
export type Users = Readonly<Record<string, string>>;

const nameIn = (metadata: Metadata, users: Users): string | undefined => {
  const header = String(metadata.get('authorization')[0] ?? '');
  if (header === '') return undefined;
  const [, encoded = ''] = /^Basic (.+)$/i.exec(header) ?? [];
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  if (!Object.hasOwn(users, name) || users[name] !== rest.join(':')) throw unauthenticated();
  return name;
};

/** Throws a CallError unless the credentials of a call are none, or right. */
export const checkCredentials = (metadata: Metadata, users: Users | undefined): void => {
  if (users !== undefined) nameIn(metadata, users);
};

/** Whether a caller may use a stream: system streams and $all are for `admin`, others for whoever has a name. */
export const mayUse = (metadata: Metadata, users: Users | undefined, stream: string): boolean => {
  if (users === undefined) return true;
  const name = nameIn(metadata, users);
  return name === 'admin' || (name !== undefined && !stream.startsWith('$'));
};

/** Throws a CallError unless the caller may use the stream. */
export const checkAccess = (metadata: Metadata, users: Users | undefined, stream: string): void => {
  if (!mayUse(metadata, users, stream)) throw accessDenied();
};
