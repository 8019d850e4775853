"""A process that imports a file and says each row once acknowledged; meant to be killed."""

import sys
from pathlib import Path

from bancheng.app.message_import import COLUMNS
from bancheng.cli.console import hall
from bancheng.cli.imports import prepared, register_unit
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.infra.files import read_table

with hall() as container:
    container.runner.start()
    register_unit(container, "IMPORTED")
    with container.in_bulk() as bulk:
        work = prepared(bulk, 15, "messages", "IMPORTED", TicketCategory.COMPLAINT)
        for result in work.run(read_table(Path(sys.argv[1]), COLUMNS, bytes_max=10**8)):
            sys.stdout.write(f"{result.source_id}\t{result.position}\t{result.error or ''}\n")
