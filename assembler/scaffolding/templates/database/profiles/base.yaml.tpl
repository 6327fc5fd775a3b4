# yaml-language-server: $schema=profile.schema.json
# What every process of @package@ shares: config, the database and its migrations.
version: 1
abstract: true
config:
  - use: values
    with:
      # A relative SQLite URL is in the app's instance folder.
      SQLALCHEMY_DATABASE_URI: ${DATABASE_URL:-sqlite:///@package@.db}
  - use: env
    with: {prefix: @PACKAGE@}
extensions:
  - use: database
    with: {db: {$import: "@package@.models:db"}}
  - migrate
