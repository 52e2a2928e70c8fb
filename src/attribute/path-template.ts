/** Path templates of path-to-regexp: `/photos/:id/`, `/docs/*path`, `/blog{/:year}/:slug`. */
import { match, PathError, parse, type Token } from 'path-to-regexp';
import { UsageError } from '../errors.js';
import { decodePath } from './path.js';

export interface TemplateOptions {
  readonly isCaseSensitive: boolean;
  /** Whether `/photos/1` and `/photos/1/` are the same, whichever of them the template is written like. */
  readonly ignoresTrailingSlash: boolean;
}

/** The slash that ends a template, perhaps within the braces of an optional part. */
const LAST_SLASH = /(?<!\\)\/(?=\}*$)/;

/**
 * Lists the names of a template's parts.
 *
 * @throws UsageError if it is not a template
 */
export function listTemplateParts(template: string): readonly string[] {
  if (!/^\{*\//.test(template)) throw new UsageError(`'${template}' does not begin with a slash`);
  try {
    match(template);
    return listNames(parse(template).tokens);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    throw new UsageError(
      `'${template}' is not a path template: ${error.message.replace(/; visit .*$/s, '')}`,
      {
        hint: 'it looks like /photos/:id/ or /docs/*path; put a backslash before { } ( ) [ ] + ? ! : * that mean themselves',
      },
    );
  }
}

function listNames(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token) => {
    if (token.type === 'group') return listNames(token.tokens);
    return token.type === 'text' ? [] : [token.name];
  });
}

/**
 * Compiles a template to a function that finds the named parts of a path, as they stand in it; one that is optional may be
 * missing. It returns null if the path does not match.
 *
 * @throws UsageError if it is not a template
 */
export function compileTemplate(
  template: string,
  { isCaseSensitive, ignoresTrailingSlash }: TemplateOptions,
): (path: string) => Readonly<Partial<Record<string, string>>> | null {
  listTemplateParts(template);
  const find = match<Partial<Record<string, string>>>(
    ignoresTrailingSlash ? template.replace(LAST_SLASH, '') : template,
    { sensitive: isCaseSensitive, trailing: false, decode: false, encodePath: decodePath },
  );
  return (path) => {
    const found = find(ignoresTrailingSlash && path.endsWith('/') ? path.slice(0, -1) : path);
    return found === false ? null : found.params;
  };
}
