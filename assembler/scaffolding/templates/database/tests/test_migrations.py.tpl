"""The migrations make what the models say."""


def test_migrations_match_the_models(assembled_runner):
    """After an upgrade there is nothing left to generate."""
    upgraded = assembled_runner.invoke(args=["db", "upgrade"])
    checked = assembled_runner.invoke(args=["db", "check"])

    assert upgraded.exit_code == 0, upgraded.output
    assert checked.exit_code == 0, checked.output
