import { fileURLToPath } from 'node:url';

/** The checkout, with a slash at its end. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));
