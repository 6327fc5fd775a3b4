import click


@click.command()
def test():
    """Run the tests."""


@click.command()
@click.option("-f", "--fix-imports", default=True, is_flag=True)
def lint(fix_imports):
    """Lint and check code style."""
