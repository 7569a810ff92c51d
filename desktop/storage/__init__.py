"""The encrypted SQLite database: tables, unit of work, search, migrations, backup."""
