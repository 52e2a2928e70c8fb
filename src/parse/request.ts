/** The request line inside a record: `GET /index.html HTTP/1.1`. */

export interface RequestLine {
  readonly method: string;
  /** As logged, with its query; servers log raw spaces in it, so it reaches to the last space. */
  readonly target: string;
  readonly protocol: string;
}

/** A method is a token (RFC 9110, 5.6.2); the protocol is `HTTP/1.1` and the like. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (.*) ([A-Za-z]+\/\d+(?:\.\d+)?)$/s;

/** @returns null where the request is not METHOD TARGET PROTOCOL: one word, TLS bytes, HTTP/0.9 */
export function parseRequestLine(request: string): RequestLine | null {
  const match = REQUEST_LINE.exec(request);
  if (match === null) return null;
  const [, method = '', target = '', protocol = ''] = match;
  return { method, target, protocol };
}
