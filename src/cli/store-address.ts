import { basename, dirname } from 'node:path';
import type { StoreAddress } from './copying.ts';

const known =
  'a store is sqlite:<folder>, a folder (the DATA_DIR of a ledger), esdb://…, esdb+discover://… or env:<variable>';

// Two letters or more: one is the drive of a path. Nothing of the text is repeated: it may hold a password.
const schemes = /^([a-z][a-z0-9+.-]+):(.*)$/is;

const variableName = /^env:([a-z_][a-z0-9_]*)$/i;

/** What a store is read with: the prefix that was given, the one that is set, DATA_DIR, and the environment. */
export type AddressDefaults = {
  readonly prefix: string | undefined;
  readonly streamPrefix: () => string;
  readonly dataDir: () => string;
  /** The value of an environment variable; undefined where it is not set. */
  readonly variable: (name: string) => string | undefined;
};

function readAddress(text: string, defaults: AddressDefaults): StoreAddress | string {
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
}

/**
 * Reads where a ledger is kept; `env:NAME` is what that environment variable says, so that a password need not stand on
 * the command line. Gives a text that says what is wrong where it cannot, which holds no password.
 */
export function readStoreAddress(text: string, defaults: AddressDefaults): StoreAddress | string {
  const [, name] = variableName.exec(text) ?? [];
  if (name === undefined) return readAddress(text, defaults);
  const value = defaults.variable(name) ?? '';
  if (value === '') return `the environment variable ${name} is not set`;
  const address = readAddress(value, defaults);
  return typeof address === 'string' ? `${name}: ${address}` : address;
}
