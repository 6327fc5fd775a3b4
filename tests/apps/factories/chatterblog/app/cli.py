from flask import Blueprint

bp = Blueprint("cli", __name__, cli_group=None)


@bp.cli.group()
def translate():
    """Translation and localization commands."""


@translate.command()
def update():
    """Update all languages."""
