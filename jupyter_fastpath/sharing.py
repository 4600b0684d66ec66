"""
By what this server shares its state with others, if an administrator wants it to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    import logging

    from .config import StateConfig
    from .states import Broker


__all__ = ["broker_of"]


def broker_of(
    config: StateConfig, log: logging.Logger | logging.LoggerAdapter[Any]
) -> Broker | None:
    """
    Return the broker that is configured; None if there is none or it cannot be used,
    which the log then says.
    """
    if not config.broker:
        return None
    try:
        # Imported on use: it needs a package that is not needed for anything else.
        from .redis_broker import RedisBroker

        return RedisBroker(config.broker, config.group, log)
    except ImportError:
        trouble = "needs redis: pip install 'jupyter_fastpath[redis]'"
    except ValueError as exc:
        trouble = f"is {exc}"
    log.error("state is not shared: StateConfig.broker %s", trouble)
    return None
