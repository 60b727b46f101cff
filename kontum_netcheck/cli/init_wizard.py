"""`init` at a terminal: a few questions about the province and a first site, and the inventory that they make."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import typer

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.cli.init_place import yes_or_no_in
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.record_prompt import Prompt, Stopped, keyboard
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message
from kontum_netcheck.province_list.answers import (
    SAMPLE_LINE,
    SAMPLE_PHONE,
    SAMPLE_SITE,
    area_code_of,
    district_in,
    districts_in,
    line_in,
    one_number_in,
    province_in,
    target_in,
)
from kontum_netcheck.province_list.known_districts import KON_TUM, KON_TUM_DISTRICTS
from kontum_netcheck.province_list.listed import (
    ListedCarrier,
    ListedDistrict,
    ListedLine,
    ListedNumber,
    ListedProvince,
    ListedSite,
    ProvinceList,
    Role,
)
from kontum_netcheck.province_list.plain_values import is_headquarters, name_in
from kontum_netcheck.province_list.site_draft import site_id
from kontum_netcheck.province_list.writing import inventory_text

Value = TypeVar("Value")


def write_from_answers(shell: Shell, file: Path) -> None:
    """Ask, and write the file when all is answered: `q`, Ctrl-D and Ctrl-C before leave nothing."""
    shell.tell(
        message("A few questions. Enter takes what stands in [brackets]; q stops, and nothing is written.")
    )
    wizard = _Wizard(Prompt(shell, keyboard()))
    try:
        listed = wizard.run()
    except Stopped:
        raise shell.stop(message("Nothing was written."), COULD_NOT_RUN) from None
    write_whole(file, inventory_text(listed, shell.language.say, file.name))
    if listed.is_sample:
        shell.tell(
            message("Some of it is made up, so it says “sample: true”: delete that line when all is real.")
        )
    shell.put_line(
        message("{file} is written. Look it over, then: kontum-netcheck validate {file}", file=str(file))
    )


def ask_province(shell: Shell) -> ListedProvince:
    """Of which province a list is, where it doesn't say."""
    try:
        return _Wizard(Prompt(shell, keyboard())).province()
    except Stopped:
        raise typer.Exit(COULD_NOT_RUN) from None


@dataclass(slots=True)
class _Wizard:
    """One sitting; `is_sample` is set as soon as a made-up answer is taken."""

    prompt: Prompt
    is_sample: bool = False
    carriers: dict[str, ListedCarrier] = field(default_factory=dict)

    def run(self) -> ProvinceList:
        """Ask everything."""
        province = self.province()
        districts = self._districts(province)
        site = self._site(districts)
        area_code = area_code_of(province)
        phones = self._phones(area_code)
        faxes = self._faxes(area_code)
        lines = self._lines()
        return ProvinceList(
            source="",
            province=province,
            carriers=tuple(self.carriers.values()),
            districts=districts,
            sites=(replace(site, phones=phones, faxes=faxes, lines=lines),),
            is_sample=self.is_sample,
        )

    def province(self) -> ListedProvince:
        """Whose inventory it is."""
        question = message("Province: its code and its name, as 51 Quảng Ngãi [62 Kon Tum]:")
        return self.prompt.ask(question, _or(KON_TUM, province_in))

    def _districts(self, province: ListedProvince) -> tuple[ListedDistrict, ...]:
        if province == KON_TUM:
            question = message("Districts, with commas between them, as Đắk Hà, Ngọc Hồi [all ten]:")
            return self.prompt.ask(
                question, _or(KON_TUM_DISTRICTS, lambda text: districts_in(text, KON_TUM_DISTRICTS))
            )
        whole = (ListedDistrict(province.code, province.name),)
        question = message(
            "Districts or communes, code and name, as 534 Bình Sơn, 535 Trà Bồng [one, {name}]:",
            name=province.name,
        )
        return self.prompt.ask(question, _or(whole, lambda text: districts_in(text, ())))

    def _site(self, districts: tuple[ListedDistrict, ...]) -> ListedSite:
        question = message("The first site, as Trường THPT Kon Tum [{default}]:", default=SAMPLE_SITE)
        name = self._sampled(question, SAMPLE_SITE, name_in)
        district = districts[0]
        if len(districts) > 1:
            question = message(
                "Its district, as {example} [{default}]:", example=districts[-1].name, default=district.name
            )
            district = self.prompt.ask(question, _or(district, lambda text: district_in(text, districts)))
        role: Role = "headquarters" if is_headquarters(name) else "main"
        return ListedSite(site_id(name, ["portal"]), name, district.code, role=role)

    def _phones(self, area_code: str | None) -> tuple[ListedNumber, ...]:
        question = message("Its phone, as 0260 3000 002; -: none [{default}, made up]:", default=SAMPLE_PHONE)
        phone = self._sampled(question, SAMPLE_PHONE, lambda text: one_number_in(text, area_code))
        if phone is None:
            return ()
        question = message("Has that phone a loudspeaker? Yes or no, as yes [no]:")
        has_one = self.prompt.ask(question, yes_or_no_in)
        return (replace(phone, loudspeaker=has_one or None),)

    def _faxes(self, area_code: str | None) -> tuple[ListedNumber, ...]:
        question = message("Its fax, as 0260 3000 003 [none]:")
        fax = self.prompt.ask(question, _or(None, lambda text: one_number_in(text, area_code)))
        return (fax,) if fax else ()

    def _lines(self) -> tuple[ListedLine, ...]:
        question = message(
            "Its Internet line, as FTTH 100/50 Mbps VNPT; -: none [{default}, made up]:", default=SAMPLE_LINE
        )
        found = self._sampled(question, SAMPLE_LINE, line_in)
        if found is None:
            return ()
        line, carrier = found
        if carrier is not None:
            self.carriers[carrier.id] = carrier
        question = message("An address behind that line to ask from afar, as diem-01.example.vn [none]:")
        target = self.prompt.ask(question, _or(None, target_in))
        return (replace(line, targets=(target,)) if target else line,)

    def _sampled(self, question: Message, default: str, understand: Callable[[str], Value]) -> Value:
        """The answer; Enter takes the default, which is made up."""

        def read(text: str) -> Value:
            self.is_sample = self.is_sample or not text
            return understand(text or default)

        return self.prompt.ask(question, read)


def _or(default: Value, understand: Callable[[str], Value]) -> Callable[[str], Value]:
    """Enter alone takes the default."""
    return lambda text: understand(text) if text else default
