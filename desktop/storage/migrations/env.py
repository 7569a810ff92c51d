"""Run alembic on a connection handed in by :mod:`desktop.storage.schema`."""

from alembic import context

from desktop.storage.tables import KEPT

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=KEPT, render_as_batch=True, transactional_ddl=True)
context.run_migrations()
