"""`python -m mtp_tui` is the command `mtp-tui`."""

import sys

from mtp_tui.cli import main

sys.exit(main())
