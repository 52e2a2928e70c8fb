/**
 * The door of this room: what the texts of a request tell about who asked and from where. All functions are pure but
 * `openCountries`, which reads a file. None of them remembers an answer: who asks often remembers it.
 */
export { type Agent, describeAgent, MAX_NAME_CHARACTERS } from './agent.js';
export { type NetworkBits, toNetwork } from './client-network.js';
export { type Countries, openCountries } from './country.js';
export { createJsonMask, maskJson } from './json-secrets.js';
export { createOwnHosts, MAX_PAGE_CHARACTERS, type Referrer, splitReferrer } from './referrer.js';
export { findSearchTerms, MAX_TERMS_CHARACTERS, type SearchTerms } from './search-terms.js';
export { createSecretNames, isSecretName, SECRET_NAMES } from './secret-names.js';
export { createLineMask, createMask, MASK, maskRequestTarget, SECRET_MARKS } from './secrets.js';
