"""`chainlead fetch`: what the unit's own nodes and servers know, into the case."""

import typer

from chainlead.cli._fetch_bitcoin import addresses, blocks, transactions
from chainlead.cli._fetch_cryptonote import electroneum
from chainlead.cli._fetch_electrum import electrum
from chainlead.cli._fetch_evm import evm
from chainlead.cli._fetch_explorer import blockbook, esplora
from chainlead.cli._fetch_xrp import xrp

app = typer.Typer(
    no_args_is_help=True,
    help="Get blocks and histories from the unit's own nodes; see `chainlead consent` first.",
)

for _command in (
    blocks,
    transactions,
    addresses,
    xrp,
    electrum,
    esplora,
    blockbook,
    evm,
    electroneum,
):
    app.command()(_command)
