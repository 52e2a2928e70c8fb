/** The list of `logtally top`: objects with the most hits, those that rise, or those that are new. */
import { formatTopCsv, formatTopJson, formatTopText, listTopNotes, type NamedTop } from '../output/top.js';
import { nameObjects } from '../report/labels.js';
import { createEmptyTop, selectEmptyTop, selectTop, type TopQuestion } from '../report/top.js';
import type { List } from './list.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import type { NameFlags } from './options.js';

export interface ObjectListFlags extends NameFlags {
  readonly limit: number;
  readonly sort: TopQuestion['sort'];
  readonly compare?: true;
}

/** Two weeks: weekdays can be compared. */
const SPARK_DAYS = 14;

interface ObjectAnswer {
  readonly top: NamedTop;
  readonly question: TopQuestion;
}

/** @param contentType only the objects of this one, by its id or its name; null for all */
export function createObjectList(contentType: string | null, flags: ObjectListFlags): List<ObjectAnswer> {
  return {
    async read(context) {
      const question: TopQuestion = {
        site: flags.site ?? null,
        contentType,
        limit: flags.limit,
        // of today, which is another day at a later look
        period: resolvePeriod(flags),
        sort: flags.sort,
        compare: flags.compare === true,
        sparkDays: SPARK_DAYS,
      };
      const empty: NamedTop = { ...createEmptyTop(question), objects: [] };
      const top = await withNames(context, flags, empty, async (database, names) => {
        const asked = await resolveAsked(database, names, question);
        if (asked === null) return { ...(await selectEmptyTop(database, question)), objects: [] };
        const found = await selectTop(database, asked);
        return { ...found, objects: await nameObjects(database, names, found.objects) };
      });
      return { top, question };
    },
    listNotes: ({ top, question }) => listTopNotes(top, question),
    toJson: ({ top }) => formatTopJson(top),
    toCsv: ({ top }) => formatTopCsv(top),
    toText({ top, question }, terminal, before) {
      const marked = before === null ? top : { ...top, before: before.top.objects };
      return formatTopText(marked, question, terminal);
    },
  };
}
