from newsroom.factory import create_app
