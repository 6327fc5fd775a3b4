[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "@name@"
version = "0.1.0"
description = "A web app with a database."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["flask-assembler>=@version@"]

[dependency-groups]
dev = ["pytest>=9"]

[tool.setuptools]
packages = ["@package@"]
package-data.@package@ = ["templates/*.html"]

[tool.assembler]
package = "@package@"
profiles = "profiles"
migrations = "profiles/migrations.yaml"
# What a profile may name, with the modules of the objects that this leads to.
allow = ["@package@", "flask", "flask_sqlalchemy"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
