// The package edtf has no types. This declares what we use.
declare module 'edtf' {
  /** What a text of EDTF says: its type (Date, Season, Century …), and the numbers in it, months from 0. */
  export type ParsedEdtf = {
    readonly type: string;
    readonly values: readonly unknown[];
    /** A bit for each unspecified digit. */
    readonly unspecified?: number;
  };
  /** Parses EDTF of levels 0 to 2; throws on anything else. */
  export const parse: (text: string) => ParsedEdtf;
  /** The first and the last millisecond (UTC) of an EDTF text; trusted for single dates without qualifiers only. */
  const edtf: (text: string) => { readonly min: number; readonly max: number };
  export default edtf;
}
