from harbour.factory import create_app  # noqa
