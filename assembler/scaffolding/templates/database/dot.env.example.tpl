# Copy this file to .env, which `assembler` reads and git ignores. What is commented out has this default.
# DATABASE_URL=sqlite:///@package@.db
# BIND=127.0.0.1:5001
# WORKERS=2
# LOG_LEVEL=INFO
# FLASK_DEBUG=false
