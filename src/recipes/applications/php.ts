/** PHP: a function, and a page that shows hits. */
import { quoteSingle } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, type Section } from '../recipe.js';
import { EXAMPLE_TYPE, formatHitsQuestion, SHOW_PLACE, SHOW_WHY, writeGrant } from './question.js';

export const PHP: Recipe = {
  name: 'php',
  summary: 'pages of PHP say which object they show, and show its hits',
  write: writePhp,
};

function writePhp(settings: RecipeSettings): readonly Section[] {
  const { contentType, objectId } = getHeaders(settings);
  return [
    {
      place: 'name-object.php',
      why: 'Names an object in the two headers; it is called before the page sends anything.',
      text: `<?php

// tells the server's log which object a response is, such as core.photo 1234
function name_object(string $contentType, string $objectId): void
{
    header("${contentType}: $contentType");
    header("${objectId}: $objectId");
}
`,
      language: 'php',
    },
    {
      place: 'photo.php',
      why: 'The page of a photo, whose requests are to be counted.',
      text: `<?php

require __DIR__ . '/name-object.php';

$id = (int) ($_GET['id'] ?? 0);
name_object('${EXAMPLE_TYPE}', (string) $id);
echo "Photo $id\\n";
`,
      language: 'php',
    },
    {
      place: SHOW_PLACE,
      why: SHOW_WHY,
      text: writeHitsPage(settings),
      language: 'php',
    },
    writeGrant(settings),
  ];
}

function writeHitsPage({ site }: RecipeSettings): string {
  return `<?php
const HITS = '${formatHitsQuestion('?')}';

$database = new PDO('pgsql:host=db.example.com;dbname=stats;user=web');
$statement = $database->prepare(HITS);
$statement->execute([${quoteSingle(site)}, '${EXAMPLE_TYPE}', (string) ($_GET['id'] ?? '')]);
$row = $statement->fetch(PDO::FETCH_ASSOC) ?: ['hit_count' => 0, 'hit_count_rank' => null];

$body = json_encode(['hits' => $row['hit_count'], 'rank' => $row['hit_count_rank']]);
$tag = '"' . hash('sha256', $body) . '"';
header('Cache-Control: public, max-age=10, stale-while-revalidate=60');
header("ETag: $tag");
// a proxy that compresses makes it W/"..."
if (str_contains($_SERVER['HTTP_IF_NONE_MATCH'] ?? '', $tag)) {
    http_response_code(304);
    exit;
}
header('Content-Type: application/json');
echo $body;
`;
}
