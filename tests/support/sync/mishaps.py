"""What may happen to PCs and city: crashes, older copies, clones, clocks, and acts that cannot follow."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.sync import facts

if TYPE_CHECKING:
    from tests.support.sync.world import Place, World


def _poison(world: "World", place: "Place") -> None:
    """Let somebody write what cannot follow: a result given back that is not there."""
    if world.dossiers:
        world.write(place, facts.send_back(), world.dice.choice(world.dossiers))


def _cut(_world: "World", place: "Place") -> None:
    place.network.is_cut = not place.network.is_cut


def _crash(world: "World", place: "Place") -> None:
    world.restart(place)


def _power(world: "World", place: "Place") -> None:
    """Cut the power: the marker falls back to what the disk has for good."""
    place.machine.marker = place.machine.synced
    world.ground.unsafe = True
    world.restart(place)


def _backup(world: "World", place: "Place") -> None:
    place.backups.append(place.replica.disk.copy())
    place.images.append((place.replica.disk.copy(), replace(place.machine)))
    world.backups.append((world.city.store.tables.copy(), world._ids))


def _database(world: "World", place: "Place") -> None:
    """Put an older database back; the marker beside it stays."""
    if not place.backups:
        return _backup(world, place)
    place.replica.disk = world.dice.choice(place.backups).copy()
    return world.restart(place)


def _image(world: "World", place: "Place") -> None:
    """Put an older image of the whole disk back, the marker with it."""
    if not place.images:
        return _backup(world, place)
    disk, machine = world.dice.choice(place.images)
    place.machine.marker, place.machine.synced = machine.marker, machine.synced
    place.replica.disk = disk.copy()
    world.ground.unsafe = True
    return world.restart(place)


def _copy(world: "World", place: "Place") -> None:
    """Copy the database to another PC; both go on."""
    if len(world.places) < 4:
        world.ground.copied = True
        machine = replace(place.machine, name=f"copy{world._ids}", install=f"install-{world._ids}", marker=None)
        world.places.append(world.start(replace(machine, synced=None), place.replica.disk.copy()))


def _clone(world: "World", place: "Place") -> None:
    """Copy the whole disk to another PC; both go on, and neither sees it from the marker."""
    if len(world.places) < 4:
        world.ground.unsafe = True
        machine = replace(place.machine, name=f"clone{world._ids}")
        world.places.append(world.start(machine, place.replica.disk.copy(), None))


def _city(world: "World", place: "Place") -> None:
    """Put the city back to an earlier day."""
    if not world.backups:
        return _backup(world, place)
    tables, _ = world.dice.choice(world.backups)
    return world.city.restore(tables, is_told=world.dice.random() < 0.8)


def _clock(world: "World", place: "Place") -> None:
    days = world.dice.choice((-3_700, -365, -1, 0, 0, 1, 40))
    place.clock.offset = timedelta(days=days)


def _night(world: "World", place: "Place") -> None:
    """Let a day pass."""
    del place
    world.seconds += 86_400


#: By the names histories give them.
MISHAPS: Mapping[str, Callable[["World", "Place"], None]] = {
    "poison": _poison,
    "cut": _cut,
    "crash": _crash,
    "power": _power,
    "backup": _backup,
    "database": _database,
    "image": _image,
    "copy": _copy,
    "clone": _clone,
    "city": _city,
    "clock": _clock,
    "night": _night,
}
