import { basename, dirname } from 'node:path';
import type { StoreAddress } from './copying.ts';

const known = 'a store is sqlite:<folder>, a folder (the DATA_DIR of a ledger), esdb://… or esdb+discover://…';

// Two letters or more: one is the drive of a path. Nothing of the text is repeated: it may hold a password.
const schemes = /^([a-z][a-z0-9+.-]+):(.*)$/is;

/** What a store is read with: the prefix that was given, the one that is set, and DATA_DIR. */
export type AddressDefaults = {
  readonly prefix: string | undefined;
  readonly streamPrefix: () => string;
  readonly dataDir: () => string;
};

/** Reads where a ledger is kept; gives a text that says what is wrong where it cannot, which holds no password. */
export const readStoreAddress = (text: string, defaults: AddressDefaults): StoreAddress | string => {
  const [, scheme = '', rest = ''] = schemes.exec(text) ?? [];
  const name = scheme.toLowerCase();
  if (name === 'esdb' || name === 'esdb+discover') {
    return { engine: 'eventstoredb', connectionString: text, streamPrefix: defaults.prefix ?? defaults.streamPrefix() };
  }
  if (scheme !== '' && name !== 'sqlite') return `it names no store that is known here: ${known}`;
  if (defaults.prefix !== undefined) return 'an embedded ledger has no prefix of streams';
  if (text === 'sqlite') return { engine: 'sqlite', folder: defaults.dataDir() };
  const path = scheme === '' ? text : rest;
  if (path === '') return `the folder is missing: ${known}`;
  return { engine: 'sqlite', folder: basename(path) === 'ledger.sqlite' ? dirname(path) : path };
};
