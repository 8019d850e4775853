"""The tables of a database, as whoever has its file reads them."""

from sqlalchemy import MetaData, Table


def readable(tables: MetaData) -> list[Table]:
    """Those of the reflected ``tables`` whose rows can be read.

    On SQLite the index of texts has no contents to be read; what it has stands in tables of its
    own, which are among these.
    """
    return [table for table in tables.sorted_tables if not table.name.endswith("__grams")]
