class Dev:
    SECRET_KEY = "dev-key"
    MAIL_BACKEND = "locmem"


class Prod(Dev):
    SECRET_KEY = "prod-key"
    SESSION_COOKIE_SECURE = True


SETTINGS = {"dev": Dev, "prod": Prod}
