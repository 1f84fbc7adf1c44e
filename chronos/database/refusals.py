"""Tells what a server refuses from what it cannot do at the moment."""

import asyncpg

# What a server that is away raises, among what else may pass.
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# Tried again, the same may pass: another connection, another time.
PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


def is_refusal(error: BaseException) -> bool:
    """Whether the server would say the same again to the same statement."""
    return isinstance(error, asyncpg.PostgresError) and not isinstance(error, PASSING)


def said(error: asyncpg.PostgresError) -> str:
    """What the server said, shortened, without its hints: these are about its own commands."""
    detail = f" ({error.detail})" if isinstance(error, asyncpg.DependentObjectsStillExistError) else ""
    return f"{error.args[0]}{detail}"[:300]
