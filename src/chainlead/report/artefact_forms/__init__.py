"""One file for each form in which the wallet table is given to collection tools."""
