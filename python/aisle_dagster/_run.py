"""One run of the program for what Dagster asks for. The program speaks Dagster Pipes itself; here its process is
started, watched and, when Dagster cancels, ended."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster._core.pipes.context import build_external_execution_context_data

from aisle_dagster._graph import CHECKS_ASSET, Check
from aisle_dagster._program import AisleProgram

# How often what the program has said is passed on, and how long a cancelled run may take to end by itself: it
# stops between two blocks of work and leaves the last good outputs whole.
_POLL_SECONDS = 0.25
_LONGEST_END_SECONDS = 60.0

# A run that ended so ends so again until the data, the options or the machine are mended.
_EXIT_CODES_WITHOUT_RETRY = (2, 3)

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


def run_assets(context: dg.AssetExecutionContext, program: AisleProgram, checks: tuple[Check, ...]) -> Results:
    """Makes the selected assets by one `aisle run`, and yields their results as they come."""
    assets = sorted(key.path[-1] for key in context.selected_asset_keys)
    # Checks alone are asked for where somebody runs a check by itself.
    command = program.command("run", "--only", ",".join(assets or [CHECKS_ASSET]))
    with _pipes_session(context, _selected_checks(context, checks)) as session:
        process = subprocess.Popen(command, env={**os.environ, **session.get_bootstrap_env_vars()})
        n_yielded = 0
        try:
            while not _has_ended(process):
                reported = session.get_reported_results()
                yield from reported[n_yielded:]
                n_yielded = len(reported)
        finally:
            _end(process)
    # The session's end has read the last messages.
    yield from session.get_reported_results()[n_yielded:]
    if process.returncode != 0:
        raise _failure(process.returncode, session.get_custom_messages())


@contextmanager
def _pipes_session(context: dg.AssetExecutionContext, extras: dict[str, Any]) -> Iterator[dg.PipesSession]:
    """As dg.open_pipes_session, which would fail the step for a check without a result. An expectation about a column
    that the project does not have is not evaluated, and its check has none."""
    reader = dg.PipesTempFileMessageReader()
    handler = dg.PipesMessageHandler(context, reader)
    data = build_external_execution_context_data(context, extras)
    with (
        dg.PipesTempFileContextInjector().inject_context(data) as injector_params,
        handler.handle_messages() as reader_params,
    ):
        yield dg.PipesSession(
            context_data=data,
            message_handler=handler,
            context_injector_params=injector_params,
            message_reader_params=reader_params,
            context=context,
        )


def _selected_checks(context: dg.AssetExecutionContext, checks: tuple[Check, ...]) -> dict[str, Any]:
    selected = {key.name: key.asset_key for key in context.selected_asset_check_keys}
    names: dict[str, dict[str, str]] = {}
    for check in checks:
        if check.dagster_name in selected:
            names.setdefault(check.table, {})[check.expectation] = check.dagster_name
    if not names:
        return {}
    asset_key = next(iter(selected.values()))
    return {"asset_checks": names, "asset_of_checks": asset_key.to_user_string()}


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=_LONGEST_END_SECONDS)
    finally:
        process.kill()
        process.wait()


def _failure(exit_code: int, messages: Any) -> dg.Failure:
    errors = [message["error"] for message in messages if isinstance(message, dict) and "error" in message]
    if exit_code < 0:
        description = f"aisle was ended by signal {-exit_code}; the last good outputs are whole"
    elif errors:
        description = errors[-1]["message"]
    else:
        description = f"aisle ended with exit code {exit_code}"
    return dg.Failure(
        description=description,
        metadata={"exit code": exit_code},
        allow_retries=exit_code not in _EXIT_CODES_WITHOUT_RETRY,
    )
