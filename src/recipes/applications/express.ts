/** Express: a function for any handler of Node.js, and a handler that shows hits. */
import { quoteSingle } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, type Section } from '../recipe.js';
import { EXAMPLE_TYPE, formatHitsQuestion, SHOW_PLACE, SHOW_WHY, writeGrant } from './question.js';

export const EXPRESS: Recipe = {
  name: 'express',
  summary: 'handlers of Express and of Node.js say which object they send, and show its hits',
  write: writeExpress,
};

function writeExpress(settings: RecipeSettings): readonly Section[] {
  const { contentType, objectId } = getHeaders(settings);
  return [
    {
      place: 'name-object.js',
      why: 'Names an object in the two headers; it needs nothing but the response of Node.js.',
      text: `/** Tells the server's log which object a response is, such as core.photo 1234. */
export function nameObject(response, contentType, objectId) {
  response.setHeader('${contentType}', contentType);
  response.setHeader('${objectId}', String(objectId));
}
`,
      language: 'js',
    },
    {
      place: 'the application',
      why: 'The page of a photo, whose requests are to be counted; findPhoto stands for how the application finds one.',
      text: `import { nameObject } from './name-object.js';

app.get('/photos/:id', async (request, response) => {
  const photo = await findPhoto(request.params.id);
  if (photo === null) return response.sendStatus(404);
  nameObject(response, '${EXAMPLE_TYPE}', photo.id);
  response.send(photo.title);
});
`,
      language: 'js',
    },
    {
      place: SHOW_PLACE,
      why: SHOW_WHY,
      text: writeHitsHandler(settings),
      language: 'js',
    },
    writeGrant(settings),
  ];
}

function writeHitsHandler({ site }: RecipeSettings): string {
  return `import express from 'express';
import pg from 'pg';

const HITS =
  '${formatHitsQuestion('$')}';

const pool = new pg.Pool();
const app = express();

app.get('/photos/:id/hits', async (request, response) => {
  const { rows } = await pool.query(HITS, [${quoteSingle(site)}, '${EXAMPLE_TYPE}', request.params.id]);
  const [row] = rows;
  response.set('Cache-Control', 'public, max-age=10, stale-while-revalidate=60');
  response.json({ hits: Number(row?.hit_count ?? 0), rank: row ? Number(row.hit_count_rank) : null });
});

app.listen(3000);
`;
}
