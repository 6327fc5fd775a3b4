class Base:
    SECRET_KEY = "a secret for the warehouse"
    SQLALCHEMY_DATABASE_URI = "sqlite://"


class Development(Base):
    DEBUG = True


class Production(Base):
    PALLETS = 100
