# Where the revisions and the database are is Flask-Migrate's to say.

[alembic]
file_template = %%(rev)s_%%(slug)s

# In force only where the app has set up no logging of its own.
[loggers]
keys = root,autogenerate

[handlers]
keys = console

[formatters]
keys = plain

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_autogenerate]
level = INFO
handlers =
qualname = alembic.autogenerate

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = plain

[formatter_plain]
format = %(levelname)s [%(name)s] %(message)s
