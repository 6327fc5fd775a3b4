# @name@

A Flask app, assembled from the profiles in `profiles/` by assembler.

```
python -m venv .venv && . .venv/bin/activate
python -m pip install -e . --group dev
```

| command | does |
| --- | --- |
| `assembler run profiles/web.yaml` | serves it on <http://127.0.0.1:5001/> |
| `assembler run profiles/debug.yaml` | the same with the reloader and the debugger |
| `assembler lint` | checks the profiles; `--deep` also assembles each |
| `python -m pytest` | runs the tests |
| `docker build -t @name@ .` | builds the image |

`.env.example` lists the variables that it reads.
