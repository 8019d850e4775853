#!/bin/sh
# The first character of a unified social credit code is a digit or a letter (GB 32100-2015, table 1):
# A for the organs of the armed forces, N for agriculture (rural collectives have N1, N2 and N3), Y for
# others. python-stdnum 2.2 wants eight digits in front and refuses all of those, so a village
# collective that applies under its own code is told that the format is wrong.
# Seen: InvalidFormat for each, although the check character of every code is right by its own function.
# The codes are made up.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2
"$room/venv/bin/python" - <<'PY'
from stdnum.cn import uscc
from stdnum.exceptions import InvalidFormat

for front in ("A1", "N1", "N2", "N3", "Y1"):
    code = f"{front}110105MF0000000"
    code += uscc.calc_check_digit(code)
    try:
        uscc.validate(code)
    except InvalidFormat:
        print(code, "InvalidFormat")
    else:
        raise SystemExit(f"{code}: taken now")
code = "91110105MA0000000"
assert uscc.validate(code + uscc.calc_check_digit(code))
PY
