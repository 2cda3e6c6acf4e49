"""What each of several processes is started with."""

from dataclasses import replace

from media_workers import processes
from media_workers.settings import PREFIX, load

VALID = {f"{PREFIX}TICKET_PUBLIC_KEY": "key", f"{PREFIX}POOL_SECRET": "s" * 32, f"{PREFIX}ID": "w"}


def test_each_process_has_a_name_and_ports_of_its_own() -> None:
    settings = replace(load(VALID), control_port=7000, media_port=40000, processes=3)
    given = [processes.environment(settings, number, VALID) for number in range(3)]
    assert [load(each).id for each in given] == ["w-1", "w-2", "w-3"]
    assert [load(each).control_port for each in given] == [7000, 7001, 7002]
    assert [load(each).media_port for each in given] == [40000, 40001, 40002]
    assert {load(each).processes for each in given} == {1}, "no process starts others"


def test_any_port_stays_any() -> None:
    given = load(processes.environment(load(VALID), 2, VALID))
    assert (given.control_port, given.media_port) == (0, 0)


def test_the_address_of_a_control_port_may_name_the_process() -> None:
    settings = replace(load(VALID), control_url="http://10.0.0.7:700{n}")
    assert load(processes.environment(settings, 1, VALID)).control_url == "http://10.0.0.7:7002"
