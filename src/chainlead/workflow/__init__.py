"""Use cases: one verb per file. The only room that joins other rooms into a run.

Import the verb you need: ``from chainlead.workflow import scan``. This front door stays empty so
that a command loads nothing that it does not use.
"""
