/** Sessions in the embedded database, as those see them who open and close them. */

/** Sessions that are served. */
export interface Sessions {
  /** Ends them. */
  close(): Promise<void>;
}

/** In the place of sessions where there are none. */
export const NONE: Sessions = { close: async () => undefined };
