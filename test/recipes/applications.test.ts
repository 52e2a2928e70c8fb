// The recipes for applications, in real ones behind nginx with its own recipe: a request goes in, a total comes out.

import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { NGINX, startNginx } from '../support/nginx.js';
import {
  describeWith,
  findPort,
  getText,
  type RecipeText,
  readRecipe,
  serve,
  startProgram,
} from '../support/recipes.js';
import { succeed } from '../support/targets.js';
import { it } from '../support/test.js';

interface Application {
  readonly name: string;
  /** A command that succeeds if all is there that it needs, and what to install if not; null if it needs nothing. */
  readonly needs: readonly [command: readonly [string, ...string[]], debian: string] | null;
  /** The path of photo 17. */
  readonly path: string;
  /** Starts it with the texts of its recipe. @returns its port */
  readonly start: (folder: string, recipe: RecipeText) => Promise<number>;
}

const APPLICATIONS: readonly Application[] = [
  { name: 'express', needs: null, path: '/photos/17', start: startNode },
  {
    name: 'django',
    needs: [['/usr/bin/python3', '-c', 'import django'], 'python3-django'],
    path: '/photos/17/',
    start: startDjango,
  },
  {
    name: 'rails',
    needs: [['ruby', '-e', 'gem "actionpack"; gem "webrick"'], 'ruby ruby-actionpack ruby-webrick'],
    path: '/photos/17',
    start: startRails,
  },
  { name: 'php', needs: [['php', '--version'], 'php-cli'], path: '/photo.php?id=17', start: startPhp },
];

/** Why an application cannot be tested here; null if it can. */
function findLack({ needs }: Application): string | null {
  if (needs === null) return null;
  const [[command, ...args], debian] = needs;
  return spawnSync(command, args).status === 0 ? null : `NOT TESTED: apt-get install ${debian}`;
}

describeWith(NGINX, 'nginx-light')('the recipe for an application', () => {
  for (const application of APPLICATIONS) {
    const lack = findLack(application);
    if (lack !== null) console.warn(`\n*** ${lack} ***\n`);
    const name = `lets each request of an object be counted: ${application.name}`;
    it.skipIf(lack !== null)(lack === null ? name : `${name} (${lack})`, async ({ folder, openTarget }) => {
      const log = join(folder, 'access.log');
      const upstream = await application.start(folder, await readRecipe([application.name]));
      const nginx = await readRecipe(['nginx', '--log', log]);
      const [http, server] = [getText(nginx, 'conf.d'), getText(nginx, 'access_log')];
      const port = await startNginx({ folder, http, server, upstream });
      const answer = await fetch(`http://127.0.0.1:${port}${application.path}`);
      expect({ status: answer.status, text: await answer.text() }).toEqual({
        status: 200,
        text: expect.stringMatching(/17/),
      });
      expect(answer.headers.get('x-object-id')).toBeNull();
      await fetch(`http://127.0.0.1:${port}/nothing`);
      const target = await openTarget('postgres');
      await succeed(target, ['ingest', log]);
      expect(
        await target.query(
          'select content_type, object_id, hit_count::int as hits from logtally.object_ranking',
        ),
      ).toEqual([{ content_type: 'core.photo', object_id: '17', hits: 1 }]);
    });
  }
});

/** The function of the recipe in a server of Node.js, whose responses Express hands to its handlers. */
async function startNode(folder: string, recipe: RecipeText): Promise<number> {
  const path = join(folder, 'name-object.mjs');
  await writeFile(path, getText(recipe, 'name-object.js'));
  const { nameObject } = await import(pathToFileURL(path).href);
  return serve((request, response) => {
    const [, id] = /^\/photos\/(\d+)$/.exec(request.url ?? '') ?? [];
    if (id === undefined) response.statusCode = 404;
    else nameObject(response, 'core.photo', Number(id));
    response.end(`photo ${id}\n`);
  });
}

const DJANGO = `import sys
from wsgiref.simple_server import make_server

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="urls",
    INSTALLED_APPS=["core"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [
            ("django.template.loaders.locmem.Loader", {"core/photo_detail.html": "photo {{ object.pk }}"}),
        ]},
    }],
)
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection

from core.models import Photo

with connection.schema_editor() as editor:
    editor.create_model(Photo)
Photo.objects.create(pk=17)
make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application()).serve_forever()
`;

async function startDjango(folder: string, recipe: RecipeText): Promise<number> {
  const files = {
    'core/__init__.py': '',
    'core/models.py': 'from django.db import models\n\n\nclass Photo(models.Model):\n    pass\n',
    'core/counted.py': getText(recipe, 'core/counted.py'),
    'core/views.py': getText(recipe, 'core/views.py'),
    'urls.py':
      'from django.urls import path\nfrom core.views import PhotoView\n\nurlpatterns = [path("photos/<int:pk>/", PhotoView.as_view())]\n',
    'serve.py': DJANGO,
  };
  await mkdir(join(folder, 'core'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await findPort();
  await startProgram('/usr/bin/python3', [join(folder, 'serve.py'), String(port)], { port });
  return port;
}

/** A controller with the concern of the recipe; the view is the text of the test. */
async function startRails(folder: string, recipe: RecipeText): Promise<number> {
  const controller = getText(recipe, 'photos_controller.rb').replace(
    '@photo)\n',
    '@photo)\n    render plain: "photo #{@photo.id}"\n',
  );
  const server = `require "action_controller"
require "rack/handler/webrick"
class ApplicationController < ActionController::Base
end
Photo = Struct.new(:id) do
  def self.find(id) = new(Integer(id))
end
${getText(recipe, 'concerns/names_object.rb')}
${controller}
Rack::Handler::WEBrick.run(lambda { |env|
  id = env["PATH_INFO"][%r{\\A/photos/(\\d+)\\z}, 1]
  next [404, {}, []] if id.nil?
  env["action_dispatch.request.path_parameters"] = { controller: "photos", action: "show", id: id }
  PhotosController.action(:show).call(env)
}, Host: "127.0.0.1", Port: Integer(ARGV[0]), AccessLog: [])
`;
  await writeFile(join(folder, 'serve.rb'), server);
  const port = await findPort();
  await startProgram('ruby', [join(folder, 'serve.rb'), String(port)], { port });
  return port;
}

async function startPhp(folder: string, recipe: RecipeText): Promise<number> {
  await mkdir(join(folder, 'public'));
  for (const name of ['name-object.php', 'photo.php'])
    await writeFile(join(folder, 'public', name), getText(recipe, name));
  await writeFile(join(folder, 'public', 'nothing'), 'nothing\n');
  const port = await findPort();
  await startProgram('php', ['-S', `127.0.0.1:${port}`, '-t', join(folder, 'public')], { port });
  return port;
}
