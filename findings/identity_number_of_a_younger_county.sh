#!/bin/sh
# The first six digits of an identity number say where its holder was registered when the number was
# given out (GB 11643-1999), which was years after their birth for everybody born before 1984.
# python-stdnum 2.2 takes them for the place of birth: it refuses the number of whoever was born
# before the county of the code was founded (Nanshan in Shenzhen, 1990: born in 1970), and the numbers
# of residence permits for people from Hong Kong, Macao and Taiwan, which begin with 810000, 820000
# and 830000 (国办发〔2018〕81号). id-validator 1.0.20 takes all of them. The numbers are made up.
# Seen: InvalidComponent four times, although every check character is right.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2 id-validator==1.0.20
"$room/venv/bin/python" - <<'PY'
from id_validator import validator
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

NUMBERS = {
    "born 1970, Nanshan": "440305197001010019",
    "Hong Kong": "810000199001010019",
    "Macao": "820000199001010010",
    "Taiwan": "830000199001010012",
}
assert ric.validate("440305199101010015")  # the same county, born after it was founded
for whose, number in NUMBERS.items():
    try:
        ric.validate(number)
    except InvalidComponent:
        print(whose, number, "python-stdnum: InvalidComponent, id-validator:", validator.is_valid(number))
        assert validator.is_valid(number)
        assert ric.calc_check_digit(number) == number[-1]
    else:
        raise SystemExit(f"{whose}: taken now")
PY
