/** Makes a row of each request of a log, for the summary `requests`. */
import { COPY_NULL, type CopyPiece, escapeCopyText } from '../../../database/copy.js';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { REQUEST_TARGET } from '../../../summaries/requests.js';
import type { LogSources } from '../counts/sources.js';
import type { Request } from '../hit.js';
import type { RequestValues } from './request-reader.js';

/** Rows become pieces of about so many characters. */
const PIECE_CHARACTERS = 131_072;

/** An object of a line. */
interface NamedObject {
  readonly contentType: string;
  readonly objectId: string;
}

export class RequestRows {
  /** Rows that were written so far. */
  rowCount = 0;
  readonly #read: (request: Request) => RequestValues;
  readonly #sources: LogSources;
  /** The months of the rows, each as its first day. */
  readonly #months = new Set<string>();
  /** Those whose partitions may be missing. */
  #newMonths: string[] = [];
  #text = '';
  #pieces: CopyPiece[] = [];

  constructor(read: (request: Request) => RequestValues, sources: LogSources) {
    this.#read = read;
    this.#sources = sources;
  }

  /** @param object null if the request names none */
  add(request: Request, object: NamedObject | null): void {
    const { site, day } = request;
    const month = `${day.slice(0, -'dd'.length)}01`;
    if (!this.#months.has(month)) {
      this.#endPiece();
      this.#months.add(month);
      this.#newMonths.push(month);
    }
    let row = `${this.#sources.find(site, null)}\t${day}`;
    for (const value of this.#read(request)) row += `\t${toField(value)}`;
    this.#text += `${row}\t${toField(object?.contentType ?? null)}\t${toField(object?.objectId ?? null)}\n`;
    this.rowCount += 1;
    if (this.#text.length >= PIECE_CHARACTERS) this.#endPiece();
  }

  #endPiece(): void {
    if (this.#text === '') return;
    const months = this.#newMonths;
    this.#newMonths = [];
    const piece = { target: REQUEST_TARGET, text: Buffer.from(this.#text) };
    const prepare = (database: Database) => createMonths(database, months);
    this.#pieces.push(months.length === 0 ? piece : { ...piece, prepare });
    this.#text = '';
  }

  /** Takes the pieces that are full; each is returned once. */
  take(): readonly CopyPiece[] {
    return this.#pieces.splice(0);
  }

  /** Takes all rows that are left. */
  finish(): readonly CopyPiece[] {
    this.#endPiece();
    return this.take();
  }
}

/** Makes the partitions of months, if they are missing. */
async function createMonths(database: Database, months: readonly string[]): Promise<void> {
  for (const month of months) await database.query(sql.createRequestMonth, [month]);
}

function toField(value: string | number | null): string {
  if (value === null) return COPY_NULL;
  return typeof value === 'number' ? String(value) : escapeCopyText(value);
}
