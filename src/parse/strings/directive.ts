/** What the format strings of all servers consist of: text, directives and times. */
import type { FieldKey, FieldName, TimePieces } from '../lines/layout.js';
import type { TimeText } from '../times/strftime.js';

/** What the value of a directive may look like, whatever stands around it. */
export type Shape =
  /** No spaces. */
  | 'token'
  /** As `free`, but none of several words is `-`. */
  | 'user'
  /** May hold anything, spaces too: a request line, a user agent. */
  | 'free'
  /** A path: spaces are rare, but servers write them. */
  | 'path'
  /** No spaces and no slash. */
  | 'host'
  /** A client as the server knows it, or several with `, ` between them. */
  | 'clients'
  /** Addresses with `, ` between them, as a client may have made them up. */
  | 'addresses'
  /** One value for each server behind nginx that was tried, with ` : ` before those of another group. */
  | 'upstreams'
  | 'query'
  /** nginx writes `-` for arguments that are not there. */
  | 'dashedQuery'
  | 'status'
  | 'size'
  | 'port';

export interface Directive {
  /** As the format has it, for messages: `%{us}T`. */
  readonly written: string;
  /** The name of its further field, if it fills no field of the record. */
  readonly name: string;
  /** The field that it can fill; null for none. */
  readonly field: FieldName | null;
  /** If two directives could fill a field, the one with the lower rank does. */
  readonly rank: number;
  readonly shape: Shape;
}

/** Makes a directive of which nothing is known but its name: a token, for a field of its own. */
export function createToken(written: string, name: string): Directive {
  return { written, name, field: null, rank: 0, shape: 'token' };
}

/** What a server's table says of a directive or variable by its name; what is missing is a token that fills no field. */
export type DirectiveMeaning = Partial<Pick<Directive, 'field' | 'rank' | 'shape'>>;

export interface TimeDirective {
  readonly written: string;
  readonly name: string;
  readonly time: TimeText;
}

export type FormatItem = { readonly text: string } | Directive | TimeDirective;

/** Text, or a directive whose field is settled, or a part of the time; no two texts side by side. */
export type PlacedItem =
  | { readonly text: string }
  | { readonly directive: Directive; readonly field: FieldKey }
  | { readonly written: string; readonly time: TimePieces };
