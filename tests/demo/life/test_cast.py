from __future__ import annotations

import random
import re
import unicodedata

from amictl.demo.life.cast import NAME_POOLS, draw_person, name_agents

# The ranges that each country's regulator keeps for fiction.
FICTION = re.compile(
    r"\+1(202|212|415)55501\d\d|\+442079460\d{3}|\+441614960\d{3}|\+447700900\d{3}"
    r"|\+493023125\d{3}|\+494066969\d{3}|\+498999998\d{3}|\+3319900\d{4}|\+3363998\d{4}"
    r"|\+6125550\d{4}|\+3532091\d{5}|\+468465004\d\d"
)


def test_nobody_who_is_real_has_a_number_of_the_demo() -> None:
    chance = random.Random(1)
    numbers = {draw_person(chance).number for _ in range(2000)} - {"anonymous"}
    assert [number for number in numbers if not FICTION.fullmatch(number)] == []
    assert len({number[:3] for number in numbers}) > 5


def test_a_share_calls_without_a_name_and_the_others_in_many_scripts() -> None:
    chance = random.Random(1)
    names = [draw_person(chance).name for _ in range(2000)]
    assert 0.1 < names.count("") / len(names) < 0.2
    letters = {unicodedata.name(letter).split()[0] for name in names for letter in name if letter.isalpha()}
    assert letters >= {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HANGUL"}


def test_no_name_can_break_a_header_or_a_line_of_a_configuration_file() -> None:
    texts = [text for pool in NAME_POOLS for text in (*pool.given, *pool.family)]
    assert [text for text in texts if not text.isprintable() or set(text) & set(',;"<>\\')] == []
    assert [text for text in texts if unicodedata.normalize("NFC", text) != text] == []


def test_people_who_work_together_have_names_of_their_own() -> None:
    names = name_agents(480, random.Random(1))
    assert len(set(names)) == len(names) == 480
    assert name_agents(480, random.Random(1)) == names
