"""Who calls, and how agents are named beyond those of the files: made-up people of many countries."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from amictl.demo.life.numbers import draw_number


@dataclass(frozen=True, slots=True)
class NamePool:
    """Names of people who share a language.

    Args:
        given: Given names.
        family: Family names.
        family_first: Whether the family name comes first, without a space where the script has none.
        joint: What stands between the two.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False
    joint: str = " "

    def draw(self, chance: random.Random) -> str:
        """Return a full name."""
        parts = (chance.choice(self.given), chance.choice(self.family))
        return self.joint.join(reversed(parts) if self.family_first else parts)


NAME_POOLS: Final = (
    NamePool(
        ("Olivia", "Jack", "Grace", "Thomas", "Emily", "Daniel", "Sophie", "Ben", "Ruth", "Connor"),
        ("Walker", "Bennett", "O'Brien", "Hughes", "Carter", "Murphy", "Price", "Ward", "Doyle", "Fletcher"),
    ),
    NamePool(
        ("Lena", "Jonas", "Katrin", "Stefan", "Heike", "Björn", "Käthe", "Uwe", "Franziska", "Till"),
        ("Schäfer", "Weiß", "Krüger", "Vogel", "Böhm", "Hartmann", "Lange", "Götz", "Brandt", "Seidel"),
    ),
    NamePool(
        ("Chloé", "Hugo", "Inès", "Théo", "Hélène", "Luc", "Agnès", "Gaël", "Maëlle", "Rémi"),
        ("Dubois", "Garçon", "Mercier", "Benoît", "Rousseau", "Fournier", "Besançon", "Girard", "Léger"),
    ),
    NamePool(
        ("Lucía", "Álvaro", "Iñaki", "Begoña", "Andrés", "Sofía", "Raúl", "Pilar", "Joaquín", "Inés"),
        ("García", "Peña", "Ibáñez", "Castro", "Muñoz", "Herrera", "Ordóñez", "Vidal", "Cortés", "Solís"),
    ),
    NamePool(
        ("Agnieszka", "Paweł", "Małgorzata", "Krzysztof", "Žofia", "Tomáš", "Jiří", "Šárka", "Zbigniew"),
        ("Kowalski", "Dąbrowska", "Nowák", "Černý", "Wiśniewski", "Dvořák", "Šimek", "Zając", "Horák"),
    ),
    NamePool(
        ("Ingrid", "Lars", "Åsa", "Jørgen", "Päivi", "Mikko", "Freja", "Ólafur", "Sigríður", "Bjørn"),
        ("Lindqvist", "Østergaard", "Åkesson", "Virtanen", "Mäkinen", "Sørensen", "Dahl", "Nyström"),
    ),
    NamePool(
        ("Анна", "Дмитрий", "Ольга", "Максим", "Наталія", "Тарас", "Елена", "Богдан", "Ирина", "Юрій"),
        ("Соколов", "Бондаренко", "Шевченко", "Волков", "Мельник", "Лебедев", "Ткаченко", "Зайченко"),
    ),
    NamePool(
        ("Γιώργος", "Ελένη", "Νίκος", "Κατερίνα", "Δημήτρης", "Σοφία", "Ιωάννα", "Σπύρος"),
        ("Νικολάου", "Γεωργίου", "Οικονόμου", "Λάμπρου", "Αντωνίου", "Βλάχος", "Καραγιάννη"),
    ),
    NamePool(
        ("Elif", "Mehmet", "Çağla", "Emre", "Gülşen", "Ümit", "Şebnem", "Oğuz", "Defne", "İbrahim"),
        ("Kaya", "Şahin", "Çelik", "Öztürk", "Aydın", "Koç", "Güneş", "Doğan", "Kılıç", "Arslan"),
    ),
    NamePool(
        ("ليلى", "عمر", "فاطمة", "يوسف", "نور", "خالد", "مريم", "سامي"),
        ("حداد", "منصور", "الخطيب", "عبد الله", "النجار", "صالح", "الحسن"),
    ),
    NamePool(
        ("נועה", "דוד", "תמר", "אורי", "מיכל", "יונתן", "שירה", "עומר"),
        ("לוי", "מזרחי", "פרץ", "ביטון", "אברהם", "שפירא", "גולן"),
    ),
    NamePool(
        ("Ananya", "Rohan", "Meera", "Arjun", "Kavya", "Vikram", "Fatima", "Imran", "Nisha", "Sanjay"),
        ("Patel", "Reddy", "Iyer", "Khan", "Banerjee", "Gupta", "Rao", "Fernando", "Singh", "Nair"),
    ),
    NamePool(
        ("Amara", "Kwame", "Zanele", "Tunde", "Wanjiru", "Sipho", "Aïssatou", "Kofi", "Thandiwe"),
        ("Okoye", "Mensah", "Dlamini", "Adeyemi", "Mwangi", "Nkosi", "Diallo", "Boateng", "Ndlovu"),
    ),
    NamePool(
        ("陽菜", "健太", "美穂", "翔太", "由美子", "大輔", "葵", "直樹"),
        ("佐藤", "鈴木", "高橋", "渡辺", "伊藤", "山本", "中村", "小林"),
        family_first=True,
        joint="",
    ),
    NamePool(
        ("芳", "明", "丽娜", "建国", "晓雯", "志强", "静", "子涵"),
        ("王", "张", "刘", "陈", "杨", "赵", "黄", "周"),
        family_first=True,
        joint="",
    ),
    NamePool(
        ("지우", "민준", "수빈", "현우", "은지", "도윤", "하은", "준호"),
        ("이", "박", "최", "정", "강", "조", "윤", "임"),
        family_first=True,
        joint="",
    ),
    NamePool(
        ("Minh", "Lan Anh", "Đức", "Thảo", "Quang", "Ngọc", "Tuấn", "Phương"),
        ("Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ"),
        family_first=True,
    ),
    NamePool(
        ("Beatriz", "Tiago", "Inês", "Vitória", "Antônio", "Joana", "Luís", "Mariana", "Caetano"),
        ("Gonçalves", "Ferreira", "Araújo", "Magalhães", "Simões", "Brandão", "Teixeira", "Leitão"),
    ),
)

WITHOUT_NAME: Final = 0.15
"""The share of callers whose name no carrier tells."""

WITHHELD: Final = 0.03
"""The share of callers who do not tell who they are."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside of the call centre.

    Args:
        number: The telephone number, as E.164 writes it; ``anonymous`` for who withholds it, as SIP does.
        name: The name that the carrier tells; empty where it tells none.
    """

    number: str
    name: str


def draw_name(chance: random.Random) -> str:
    """Return the name of somebody, somewhere."""
    return chance.choice(NAME_POOLS).draw(chance)


NOBODY: Final = Person("anonymous", "Anonymous")
"""Who withholds number and name ("RFC 3323", section 4.1.1.3)."""

BREAK_REASONS: Final = {
    "Coffee": (6, 4, 9),
    "Lunch": (2, 20, 35),
    "Team meeting": (2, 10, 20),
    "Training": (1, 15, 30),
    "Call back": (3, 2, 6),
    "Paperwork": (4, 3, 8),
}
"""Why agents pause: how often, beside the others, and the least and the most minutes."""


def draw_person(chance: random.Random) -> Person:
    """Return somebody who may call; who calls without a name does so always."""
    if chance.random() < WITHHELD:
        return NOBODY
    number = draw_number(chance)
    name = draw_name(chance)
    return Person(number, "" if chance.random() < WITHOUT_NAME else name)


def name_agents(count: int, chance: random.Random) -> list[str]:
    """Return the names of so many people who work together: no two are alike."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[draw_name(chance)] = None
    return list(names)
