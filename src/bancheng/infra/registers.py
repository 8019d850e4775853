"""Number registers: gapless official numbers, one sequence a hall, ledger and year."""

from sqlalchemy import Connection, text

from bancheng.app.ports import Register

# One statement, the same for both databases. The row stays locked until the commit: that is the
# price of having no gaps, and why a register is no wider than a hall's ledger of one year.
_NEXT = text("""
    INSERT INTO register AS mine (hall, ledger, year, last_number)
    VALUES (:hall, :ledger, :year, 1)
    ON CONFLICT (hall, ledger, year) DO UPDATE SET last_number = mine.last_number + 1
    RETURNING last_number
""")


def next_number(connection: Connection, register: Register) -> int:
    """The next number; a rollback gives it back."""
    place = {"hall": register.hall, "ledger": register.ledger, "year": register.year}
    number: int = connection.execute(_NEXT, place).scalar_one()
    return number
