/** The request line inside a record: `GET /index.html HTTP/1.1`. */

export interface RequestLine {
  readonly method: string;
  /** As logged, with its query; servers log raw spaces in it, so it reaches to the last space. */
  readonly target: string;
  readonly protocol: string;
}

/**
 * A method is a token (RFC 9110, 5.6.2); the target is not empty and not only spaces. Only HTTP is a protocol: what speaks
 * another one to a web server, such as `OPTIONS / RTSP/1.0`, asks for no page of it.
 */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ( *[^ ].*) ([Hh][Tt][Tt][Pp]\/\d+(?:\.\d+)?)$/s;

/** @returns null where the request is not METHOD TARGET PROTOCOL: one word, TLS bytes, HTTP/0.9, no target, not HTTP */
export function parseRequestLine(request: string): RequestLine | null {
  const match = REQUEST_LINE.exec(request);
  if (match === null) return null;
  const [, method = '', target = '', protocol = ''] = match;
  return { method, target, protocol };
}
