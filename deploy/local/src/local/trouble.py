"""What a person has to change before Machi can run; each is one sentence at the terminal."""

from collections.abc import Mapping


class Trouble(Exception):
    """Something stands in the way; the text says what and how to move it."""


class BadSetting(Trouble):
    """A setting from the environment cannot be read."""

    def __init__(self, variable: str, value: str) -> None:
        super().__init__(f"{variable}={value!r} is not a port number between 1 and 65535.")


class PortTaken(Trouble):
    """Another program listens where one of ours should."""

    def __init__(self, held: Mapping[str, int], variables: Mapping[str, str]) -> None:
        named = ", ".join(f"{port} ({part})" for part, port in held.items())
        others = " ".join(f"{variables[part]}={port + 10000}" for part, port in held.items())
        which = "Ports" if len(held) > 1 else "Port"
        verb = "are" if len(held) > 1 else "is"
        super().__init__(
            f"{which} {named} {verb} taken by another program; choose another, "
            f"for example {others}."
        )


class AlreadyRunning(Trouble):
    """There is one Machi per folder."""

    def __init__(self, pid: int | None) -> None:
        who = f" (process {pid})" if pid else ""
        super().__init__(
            f"Machi is already running{who}: `make status` shows it, `make stop` ends it."
        )


class NotRunning(Trouble):
    """There is nothing to ask."""

    def __init__(self) -> None:
        super().__init__("Machi is not running; `make up` or `make start` starts it.")


class WrongJar(Trouble):
    """What was fetched is not what was pinned."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} does not have the SHA-256 pinned in kafka-jars.lock, so it is refused."
        )


class CannotFetch(Trouble):
    """A jar is not here and cannot be brought here."""

    def __init__(self, *, name: str, why: str) -> None:
        super().__init__(
            f"{name} could not be fetched ({why}): the first start needs a network, "
            "or a Maven repository of your own in MACHI_MAVEN_MIRROR."
        )


class OtherPartitions(Trouble):
    """The order of events per key rests on a number of partitions that never changes."""

    def __init__(self, topic: str, found: int, wanted: int) -> None:
        super().__init__(
            f"The topic {topic} has {found} partitions, but deploy/kafka/topics.yaml says {wanted}; "
            "the number is never changed."
        )


class DidNotStart(Trouble):
    """A program ended, or was silent for too long, before it was ready."""

    def __init__(self, *, name: str, why: str) -> None:
        super().__init__(f"{name} did not become ready: {why}")


class NotOurs(Trouble):
    """A folder of the name we need is there, and somebody else made it."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"{folder} exists and belongs to somebody else; move it away.")


class StoryStopped(Trouble):
    """A step of the story did not come about."""

    def __init__(self, *, step: str, why: str) -> None:
        super().__init__(f"the story stopped where {step}: {why}")


class NotSet(Trouble):
    """A setting has no value that we could guess."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not set; docs/operations.md says what it is.")


class BadPassword(Trouble):
    """A password has characters that would mean something where it is written."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} may have letters, digits, - and _ only.")
