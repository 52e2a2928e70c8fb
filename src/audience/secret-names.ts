/** Which names of parameters, fields and headers stand before a secret. */

/** Names whose values are secrets, unless an operator lists others. */
export const SECRET_NAMES: readonly string[] = [
  'password',
  'passwd',
  'token',
  'key',
  'secret',
  'sig',
  'csrfmiddlewaretoken',
  'authorization',
];

/** Borders within a word: `api|Key`, `API|Key`, `password|2`. */
const BORDER = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu;
const SEPARATORS = /[^\p{L}\p{N}]+/gu;

/**
 * Makes the test of names. A name is secret if it is a listed one, or if a listed one is some of its parts: `access_token`,
 * `api-key`, `apiKey`, `user[password]`, `new_password2`, but not `monkey`. Case does not matter.
 */
export function createSecretNames(names: readonly string[]): (name: string) => boolean {
  // a name without letters and digits has no parts
  const listed = names.map(toParts).filter((parts) => parts !== '-');
  return (name) => {
    const parts = toParts(name);
    return listed.some((each) => parts.includes(each));
  };
}

/** The same with the names that are secret unless an operator lists others. */
export const isSecretName = createSecretNames(SECRET_NAMES);

/** Writes `user[apiKey]` as `-user-api-key-`, so that parts can be found as text. */
function toParts(name: string): string {
  const parts = name.replace(BORDER, '-').replace(SEPARATORS, '-').toLowerCase();
  return `-${parts}-`.replace(/^-+|-+$/g, '-');
}
