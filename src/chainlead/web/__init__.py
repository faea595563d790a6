"""The workbench page: the verbs of the command line, on a page that only this machine can open."""

from chainlead.web.application import make_application
from chainlead.web.jobs import Jobs
from chainlead.web.serving import serve
from chainlead.web.sessions import SessionKeeper
from chainlead.web.workbench import Workbench

__all__ = ["Jobs", "SessionKeeper", "Workbench", "make_application", "serve"]
