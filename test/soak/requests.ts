// Which object a request is for: told by its number alone, so that the totals can be computed from the numbers.

/** Every second request has an object of its own: one that is counted twice is seen. The others share a few. */
const SHARED_OBJECTS = 97;
const WITHOUT_OBJECT = 10;

/** @returns `photo 17`; null for a page without an object */
export function getObject(request: number): string | null {
  if (request % WITHOUT_OBJECT === 0) return null;
  return request % 2 === 1 ? `photo ${request}` : `story ${request % SHARED_OBJECTS}`;
}

/** The path to ask for; its number stands in the log. */
export function getPath(request: number): string {
  return `/${getObject(request)?.replace(' ', '/') ?? 'about'}?n=${request}`;
}
