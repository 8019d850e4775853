"""A process that imports a file and says each row once acknowledged; meant to be killed."""

from multiprocessing.connection import Connection
from pathlib import Path

from bancheng.cli.console import hall
from bancheng.cli.import_report import batch_of
from bancheng.cli.imports import prepared, register_unit
from bancheng.config import Config
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.importing.messages.reading import FORM
from bancheng.infra.tables import read_table

from .backends import die_with_parent


def import_messages(said: Connection, config: Config, file: Path) -> None:
    """Say number, position and error of each row."""
    die_with_parent()
    with hall(config) as container:
        container.runner.start()
        batch = batch_of(container, "messages")
        register_unit(container, batch, "IMPORTED")
        with container.in_bulk() as bulk:
            work = prepared(bulk, batch, 15, "IMPORTED", TicketCategory.COMPLAINT)
            for result in work.run(read_table(file, FORM, bytes_max=10**8)):
                said.send((result.source_id, result.position, str(result.error or "")))
