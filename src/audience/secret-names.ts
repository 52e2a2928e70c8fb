/** Which names of parameters, fields and headers stand before a secret. What is doubtful is one. */

/** Names whose values are secrets, unless an operator lists others. */
export const SECRET_NAMES: readonly string[] = [
  ...['password', 'passwd', 'token', 'key', 'secret', 'sig', 'signature'],
  ...['csrfmiddlewaretoken', 'authorization'],
];

/** Borders within a word: `api|Key`, `API|Key`, `password|2`. */
const BORDER = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu;
const SEPARATORS = /[^\p{L}\p{N}]+/gu;

/** A listed name of so many characters is looked for within words. Shorter ones are in `monkey` and `design`. */
const LONG_NAME_CHARACTERS = 5;

/** What makes a secret of a shorter name at the end of a word: `apikey`, `clientsig`. */
const QUALIFIERS =
  'access|account|admin|api|app|auth|aws|client|consumer|csrf|device|encryption|hmac|jwt|licen[cs]e|login|master|oauth|private|product|reset|secret|security|service|session|shared|signing|ssh|storage|stream|user|xsrf';

/** Names that are remembered, and how long they may be. */
const MAX_DECIDED = 1_000;
const MAX_DECIDED_CHARACTERS = 64;

/**
 * Makes the test of names. A name is secret if it is a listed one, or if a listed one is some of its parts: `access_token`,
 * `api-key`, `apiKey`, `user[password]`, `new_password2`. A long one may stand within a word (`csrftoken`), a short one at its
 * end behind what makes a secret of it (`apikey`, but not `monkey`). Case does not matter. It takes linear time.
 */
export function createSecretNames(names: readonly string[]): (name: string) => boolean {
  // a name without letters and digits has no parts
  const listed = names.map(toParts).filter((parts) => parts !== '-');
  const words = listed.map((parts) => parts.slice(1, -1));
  const isLong = (word: string) => joinParts(word).length >= LONG_NAME_CHARACTERS;
  const long = words.filter(isLong).map(joinParts);
  const whole = new Set(words.map(joinParts));
  const short = words.filter((word) => !isLong(word)).join('|');
  const qualified = new RegExp(short === '' ? NEVER : `(?:${QUALIFIERS})(?:${short})s?-`, 'u');
  const decide = (name: string): boolean => {
    const parts = toParts(name);
    if (listed.some((each) => parts.includes(each))) return true;
    const joined = joinParts(parts);
    return whole.has(joined) || long.some((each) => joined.includes(each)) || qualified.test(parts);
  };
  // the same few names come again and again
  const decided = new Map<string, boolean>();
  return (name) => {
    let isSecret = decided.get(name);
    if (isSecret === undefined) {
      isSecret = decide(name);
      if (decided.size >= MAX_DECIDED) decided.clear();
      if (name.length <= MAX_DECIDED_CHARACTERS) decided.set(name, isSecret);
    }
    return isSecret;
  };
}

/** The same with the names that are secret unless an operator lists others. */
export const isSecretName = createSecretNames(SECRET_NAMES);

/** An expression that nothing matches. */
const NEVER = '(?!)';

function joinParts(parts: string): string {
  return parts.replaceAll('-', '');
}

/** Writes `user[apiKey]` as `-user-api-key-`, so that parts can be found as text. */
function toParts(name: string): string {
  const parts = name.replace(BORDER, '-').replace(SEPARATORS, '-').toLowerCase();
  return `-${parts}-`.replace(/^-+|-+$/g, '-');
}
