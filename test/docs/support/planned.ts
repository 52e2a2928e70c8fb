/**
 * What the documentation names and the project does not have yet. Each test that skips one of them fails when it is there: then it
 * goes from here.
 */
export const PLANNED = {
  pages: [],
  commands: ['completion'],
  scripts: ['package:deb'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
