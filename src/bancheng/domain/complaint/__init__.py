"""办不成事工单: the ticket. Importing the package registers its topics."""

from bancheng.domain.complaint import ticket as ticket
