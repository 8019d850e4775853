"""`python -m bancheng` is `bancheng`."""

from bancheng.cli import app

app()
