/** What every format is to those that read logs with it. */
import type { LineReader, Wanted } from '../lines/line-reader.js';
import { createUnwrappingReader, type Wrapper } from './wrappers.js';

export interface LogFormat {
  readonly name: string;
  /** What a person calls it, for help and messages. */
  readonly summary: string;
  /** Lines in the format, as a server writes them. */
  readonly example: string;
  /** Makes a reader for one input: some formats say within the log what follows. */
  createReader(wanted: Wanted): LineReader;
}

/** The format of lines in a wrapper: `syslog:combined`. */
export function wrapFormat(wrapper: Wrapper, format: LogFormat): LogFormat {
  return {
    name: `${wrapper.name}:${format.name}`,
    summary: wrapper.summary,
    example: wrapper.example,
    createReader: (wanted) => createUnwrappingReader(format.createReader(wanted), wrapper),
  };
}
