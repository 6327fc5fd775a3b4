"""List the object that a profile uses of well-known packages, where it wrote the package alone."""

from __future__ import annotations

__all__ = ["find_extension"]

# A catalogue name where the catalogue has a step for the package.
EXTENSIONS = {
    "flask_admin": "admin",
    "flask_alembic": "flask_alembic:Alembic",
    "flask_apscheduler": "flask_apscheduler:APScheduler",
    "flask_assets": "flask_assets:Environment",
    "flask_babel": "babel",
    "flask_bcrypt": "flask_bcrypt:Bcrypt",
    "flask_caching": "flask_caching:Cache",
    "flask_compress": "compress",
    "flask_cors": "cors",
    "flask_debugtoolbar": "debug_toolbar",
    "flask_httpauth": "flask_httpauth:HTTPBasicAuth",
    "flask_jwt_extended": "flask_jwt_extended:JWTManager",
    "flask_limiter": "flask_limiter:Limiter",
    "flask_login": "login",
    "flask_mail": "flask_mail:Mail",
    "flask_mailman": "mail",
    "flask_marshmallow": "flask_marshmallow:Marshmallow",
    "flask_migrate": "migrate",
    "flask_moment": "flask_moment:Moment",
    "flask_principal": "flask_principal:Principal",
    "flask_restful": "flask_restful:Api",
    "flask_restx": "flask_restx:Api",
    "flask_security": "flask_security:Security",
    "flask_session": "flask_session:Session",
    "flask_smorest": "openapi",
    "flask_socketio": "flask_socketio:SocketIO",
    "flask_sqlalchemy": "database",
    "flask_talisman": "flask_talisman:Talisman",
    "flask_wtf": "flask_wtf:CSRFProtect",
}


def find_extension(name: str) -> str | None:
    """Return what a profile uses of a package or distribution; ``None`` for an unknown one."""
    return EXTENSIONS.get(name.lower().replace("-", "_"))
