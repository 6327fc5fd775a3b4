.venv/
__pycache__/
*.egg-info/
/build/
/instance/
/.env
/.pytest_cache/
/.coverage
