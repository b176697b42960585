"""An aisle project in Dagster: assets, checks, a schedule and sensors, made from what the program says of itself.

    from aisle_dagster import project_definitions

    defs = project_definitions("path/to/project")

or, with the project's folder in AISLE_PROJECT, without a file of one's own:

    dagster dev -m aisle_dagster.definitions
"""

from aisle_dagster._definitions import project_definitions
from aisle_dagster._program import AisleError, AisleProgram

__all__ = ["AisleError", "AisleProgram", "project_definitions"]
