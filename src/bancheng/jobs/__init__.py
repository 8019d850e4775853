"""What the hall does by itself: reactions between matters, warnings, effects in law, successions.

Plain functions and one thread. Every act has a key derived from what it is about, so that a crash
or a second sweep repeats nothing; the leader only saves work.
"""

from bancheng.jobs.composing import Composing as Composing
from bancheng.jobs.erasing import Erasing as Erasing
from bancheng.jobs.handing_over import HandingOver as HandingOver
from bancheng.jobs.notice_records import Telling as Telling
from bancheng.jobs.noticing import Noticing as Noticing
from bancheng.jobs.reactor import Reactor as Reactor
from bancheng.jobs.replanning import Replanning as Replanning
from bancheng.jobs.sending import Sender as Sender
from bancheng.jobs.sending import Sending as Sending
from bancheng.jobs.stages import SweepHealth as SweepHealth
from bancheng.jobs.succession import Succession as Succession
from bancheng.jobs.sweep import Sweep as Sweep
from bancheng.jobs.sweeper import Sweeper as Sweeper
