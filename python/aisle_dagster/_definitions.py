"""Dagster's definitions of a project: raw tables and made assets with their checks, what makes them, and when."""

import json
import os
from collections.abc import Sequence

import dagster as dg

from aisle_dagster._graph import CHECKS_ASSET, Asset, Graph, read_graph
from aisle_dagster._program import AisleProgram
from aisle_dagster._run import run_assets

_RAW_TABLES_SECONDS = 60
_DATA_VERSION_TAG = "dagster/data_version"


class _Names:
    """Keys and names of a project in Dagster, so that two projects can stand beside each other."""

    def __init__(self, key_prefix: str | Sequence[str] | None):
        self.prefix = [key_prefix] if isinstance(key_prefix, str) else list(key_prefix or [])

    def key(self, asset: str) -> dg.AssetKey:
        return dg.AssetKey([*self.prefix, asset])

    def of(self, name: str) -> str:
        return "_".join([*self.prefix, name])


def project_definitions(
    project: str | os.PathLike[str],
    *,
    program: str | None = None,
    key_prefix: str | Sequence[str] | None = None,
    nightly: str | None = "0 2 * * *",
    timezone: str | None = None,
) -> dg.Definitions:
    """The definitions of the project in the folder `project`. No data is read.

    `program` is the aisle program (by default AISLE_PROGRAM, else `aisle` on the PATH). `key_prefix` goes before
    every asset key, and before the names of jobs, so that several projects can share a Dagster. `nightly` is the
    schedule's cron line in `timezone` (UTC when None); None means no schedule. Raises AisleError with aisle's own
    words for a folder or options that cannot be used.
    """
    aisle = AisleProgram.of(project, program)
    graph = read_graph(aisle.ask("assets"))
    names = _Names(key_prefix)
    made = dg.AssetSelection.assets(*(names.key(asset.key) for asset in graph.made))
    return dg.Definitions(
        assets=[*(_spec(asset, aisle, names) for asset in graph.raw), _made_assets(graph, aisle, names)],
        sensors=[
            dg.AutomationConditionSensorDefinition(
                names.of("automation"),
                target=made,
                default_status=dg.DefaultSensorStatus.RUNNING,
                minimum_interval_seconds=30,
            ),
            _raw_tables_sensor(aisle, names),
        ],
        schedules=[] if nightly is None else [_nightly(names, made, nightly, timezone)],
        # One step does the work; a process of its own for it would only cost its start.
        executor=dg.in_process_executor,
    )


def _spec(asset: Asset, aisle: AisleProgram, names: _Names) -> dg.AssetSpec:
    metadata: dict[str, dg.MetadataValue] = {"project": dg.MetadataValue.path(str(aisle.project))}
    if asset.columns:
        metadata["dagster/column_schema"] = dg.MetadataValue.table_schema(
            dg.TableSchema([dg.TableColumn(c.name, c.type, c.description) for c in asset.columns])
        )
    if asset.outputs:
        metadata["outputs"] = dg.MetadataValue.json([str(aisle.project / output) for output in asset.outputs])
    if asset.options:
        metadata["options"] = dg.MetadataValue.json(list(asset.options))
    return dg.AssetSpec(
        names.key(asset.key),
        deps=[names.key(upstream) for upstream in asset.depends_on],
        description=f"{asset.title}. {asset.description}",
        metadata=metadata,
        group_name=names.of("aisle"),
        kinds={"table"} if asset.is_raw else {"cpp"},
        code_version=None if asset.is_raw else asset.code_version,
        # aisle itself tells what is missing, and says so; a raw table that the project does without blocks nothing.
        automation_condition=None
        if asset.is_raw
        else dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing()),
    )


def _made_assets(graph: Graph, aisle: AisleProgram, names: _Names) -> dg.AssetsDefinition:
    checks = {check.dagster_name: check for check in graph.checks}

    @dg.multi_asset(
        name=names.of("aisle_run"),
        specs=[_spec(asset, aisle, names) for asset in graph.made],
        check_specs=[
            dg.AssetCheckSpec(
                name,
                asset=names.key(CHECKS_ASSET),
                description=f"{check.table}: {check.description} ({check.severity})",
                blocking=check.severity == "critical",
                metadata={"table": check.table, "expectation": check.expectation},
            )
            for name, check in checks.items()
        ],
        can_subset=True,
        # A project has one writer; with a limit of 1 (dagster.yaml) runs wait for each other.
        pool=names.of("aisle"),
    )
    def aisle_run(context: dg.AssetExecutionContext):
        yield from run_assets(context, aisle, graph.checks)

    return aisle_run


def _raw_tables_sensor(aisle: AisleProgram, names: _Names) -> dg.SensorDefinition:
    @dg.sensor(
        name=names.of("raw_tables"),
        description="Reports a raw table whose files have changed; what depends on it is then made again.",
        minimum_interval_seconds=_RAW_TABLES_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def raw_tables(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = aisle.raw_digests()
        # The first look only remembers, so that a Dagster that starts does not start a run as well.
        before = json.loads(context.cursor) if context.cursor else now
        changed = [table for table, digest in now.items() if before.get(table) != digest]
        events = [
            dg.AssetMaterialization(names.key(table), tags={_DATA_VERSION_TAG: now[table]}) for table in changed
        ]
        return dg.SensorResult(asset_events=events, cursor=json.dumps(now))

    return raw_tables


def _nightly(
    names: _Names, made: dg.AssetSelection, cron_schedule: str, timezone: str | None
) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=names.of("nightly"),
        target=made,
        cron_schedule=cron_schedule,
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
