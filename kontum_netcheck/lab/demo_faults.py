"""The demo's script: what goes wrong, by check id of the shipped sites.yaml. The same at every start."""

from kontum_netcheck.lab.certificates import CertificateKind
from kontum_netcheck.lab.dns import DnsFault, DnsReply
from kontum_netcheck.lab.echo import SILENT, EchoScript
from kontum_netcheck.lab.http import Behaviour, Page
from kontum_netcheck.lab.script import Faults, Said
from kontum_netcheck.lab.tcp import TcpFault, TcpScript

DEMO_FAULTS = Faults(
    echoes={
        "thcs-thpt-lien-viet/ftth/ping": SILENT,  # the line is cut, and the backup line works
        "thpt-truong-chinh/ftth/ping": EchoScript(delay_ms=82.0, jitter_ms=(0.0, 2.0, 1.0)),
        "thpt-chu-van-an/ftth/ping": EchoScript(delay_ms=21.0, lost={3, 8, 9}, duplicated={12}, foreign={15}),
    },
    names={
        "thcs-thpt-lien-viet/ftth/dns": DnsReply(fault=DnsFault.SILENT),
        "thpt-tran-quoc-tuan/ftth/dns": DnsReply(("198.51.100.66",)),  # not the site's address
        "thpt-nguyen-van-cu/ftth/dns": DnsReply(("192.0.2.208",), fault=DnsFault.TRUNCATED),  # TCP helps
        "thpt-quang-trung/ftth/dns": DnsReply(rcode="SERVFAIL"),
        "portal/results/dns@203.0.113.54": DnsReply(("203.0.113.99",)),  # the second server is out of date
    },
    pages={
        "thcs-thpt-lien-viet/ftth/http": Page(behaviour=Behaviour.RESETS),
        "ptdtnt-tinh/ftth/http": Page(certificate=CertificateKind.EXPIRING),
        "thpt-nguyen-trai/4g/http": Page(certificate=CertificateKind.EXPIRED),
        "thpt-nguyen-du/ftth/http": Page(status=503, body="Service Unavailable"),
        "portal/department/http": Page(
            body="<html><body>Sở Giáo dục và Đào tạo. Hacked by nobody</body></html>"
        ),
        "portal/exam-management/http": Page(delay_ms=3_400.0),
    },
    ports={
        "thcs-thpt-lien-viet/ftth/tcp": TcpScript(fault=TcpFault.REFUSES),
        "thpt-nguyen-du/ftth/tcp": TcpScript(fault=TcpFault.REFUSES),
    },
    said={
        "thpt-duy-tan/phone-1/call": Said(age_h=9 * 24.0),  # too long ago to count
        "thpt-luong-the-vinh/fax-1/fax": Said("không có tín hiệu fax (no fax tone)"),
        "so-gddt/duty-roster/manual": None,  # nobody has looked yet
    },
)
