"""The project that AISLE_PROJECT names (by default the folder that Dagster starts in):

    AISLE_PROJECT=path/to/project dagster dev -m aisle_dagster.definitions
"""

import os

from aisle_dagster import project_definitions

defs = project_definitions(os.environ.get("AISLE_PROJECT", "."))
