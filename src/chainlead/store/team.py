"""What a team server knows: people, their sessions, attempts to log in, roles in cases, looks."""

from chainlead.store.team_attempts import TeamAttempts
from chainlead.store.team_members import TeamMembers
from chainlead.store.team_people import TeamPeople
from chainlead.store.team_sessions import TeamSessionRows


class TeamStore(TeamPeople, TeamSessionRows, TeamAttempts, TeamMembers):
    """All tables of a team server. Threads and processes may share them; see `TeamDatabase.open`."""
