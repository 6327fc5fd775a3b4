# Copy this file to .env, which `assembler` reads and git ignores. What is commented out has this default.
# Signs the sessions: every deployment has its own. `python -c "import secrets; print(secrets.token_urlsafe(48))"`
SECRET_KEY=
# DATABASE_URL=sqlite:///@package@.db
# BIND=127.0.0.1:5001
# WORKERS=2
# LOG_LEVEL=INFO
# FLASK_DEBUG=false
