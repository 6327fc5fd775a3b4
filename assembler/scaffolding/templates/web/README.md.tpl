# @name@

A web app with a database, assembled from the profiles in `profiles/` by assembler.

```
python -m venv .venv && . .venv/bin/activate
python -m pip install -e . --group dev
```

| command | does |
| --- | --- |
| `assembler migrate profiles/migrations.yaml` | brings the database to head; the first thing to do |
| `assembler run profiles/web.yaml` | serves it on <http://127.0.0.1:5001/> |
| `assembler run profiles/debug.yaml` | the same with the reloader and the debugger |
| `assembler flask profiles/migrations.yaml db migrate -m "Add …"` | writes a revision after a change of `@package@/models.py` |
| `assembler lint` | checks the profiles; `--deep` also assembles each |
| `python -m pytest` | runs the tests |
| `docker build -t @name@ .` | builds the image |

`.env.example` lists the variables that it reads.
