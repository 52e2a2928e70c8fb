/** The SQL files that add up what a long run has appended bit by bit; `sql.ts` reads them. */
export const TIDY_SQL_FILES = {
  createSums: 'tidy/create_sums.sql',
  deleteAddedObjectCounts: 'tidy/delete_added_object_counts.sql',
  deleteAddedOwnCounts: 'tidy/delete_added_own_counts.sql',
  deleteAddedSiteCounts: 'tidy/delete_added_site_counts.sql',
  insertSummedDeltas: 'tidy/insert_summed_deltas.sql',
  insertSummedObjectCounts: 'tidy/insert_summed_object_counts.sql',
  insertSummedOwnCounts: 'tidy/insert_summed_own_counts.sql',
  insertSummedShares: 'tidy/insert_summed_shares.sql',
  insertSummedSiteCounts: 'tidy/insert_summed_site_counts.sql',
  sumDeltas: 'tidy/sum_deltas.sql',
  sumObjectCounts: 'tidy/sum_object_counts.sql',
  sumOwnCounts: 'tidy/sum_own_counts.sql',
  sumShares: 'tidy/sum_shares.sql',
  sumSiteCounts: 'tidy/sum_site_counts.sql',
} as const;
