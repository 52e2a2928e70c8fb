-- Lists the content types of the Django application that the database belongs to.
-- Reads: django_content_type, wherever the role's search_path finds it. Writes: nothing. Parameters: none.
-- Returns: id, name (app_label.model).
-- May be repeated. Locks nothing.
select
  id::text as id,
  app_label || '.' || model as name
from django_content_type;
