"""Binary Word and WPS (.doc, .wps) and RTF -> .docx in memory, which the Word reader reads.

msdoc2docx converts after [MS-DOC], Word's automatic numbering included, the same on every machine.
What it refuses (Word 6 and 95, damaged files) and RTF go through LibreOffice where it is installed.
The WPS Writer's .wps is the same format under another name.

Not covered: .wps of Microsoft Works, .wpt of WPS 2000 and older, macros.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from doc2docx import convert
from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

from knowledge.errors import UnreadableFile
from knowledge.files.readers import word
from knowledge.plan import Reading

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF_MAGIC = b"{\\rtf"
WORD_STREAM = "WordDocument".encode("utf-16-le")
# Streams of Excel, PowerPoint and Outlook, as the directory of an OLE file names them.
OTHER_STREAMS = [
    name.encode("utf-16-le") for name in ("Workbook", "PowerPoint Document", "__nameid_version1.0")
]
OFFICE_TIMEOUT_SECONDS = 90  # the first start of LibreOffice writes a profile: 2 to 10 s

# Neither macros nor linked files of an untrusted file are touched while it is converted.
OFFICE_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""

ENCRYPTED_FILE = "加了密码，读不出文字。请去掉密码后另存为 .docx 再试。"
OTHER_FILE = "不是 Word 或 WPS 文字文件（像是表格、演示文稿或邮件）。请另存为 .docx 后再试。"
UNREADABLE_FILE = "已损坏或是很旧的格式，读不出文字。请用 Word 或 WPS 打开后另存为 .docx 再试。"


def is_old_word(content: bytes) -> bool:
    """Say whether the bytes are a binary Office file or RTF."""
    return content.startswith((OLE_MAGIC, RTF_MAGIC))


def read(content: bytes) -> Reading:
    """Return the text of a .doc, .wps or .rtf with its automatic numbers.

    Raises:
        UnreadableFile: it is encrypted, damaged, or no text document.
    """
    if word.is_word(content):
        return word.read(content)  # an encrypted .docx is an OLE file too
    if WORD_STREAM not in content and any(stream in content for stream in OTHER_STREAMS):
        raise UnreadableFile(OTHER_FILE)  # a sheet may stand inside a .doc
    with TemporaryDirectory(prefix="yaodian-word-") as folder:
        return word.read(_as_docx(content, Path(folder)))


def _as_docx(content: bytes, folder: Path) -> bytes:
    """Return the file as .docx, converted in `folder`."""
    source, target = folder / "plan.doc", folder / "plan.docx"
    source.write_bytes(content)
    try:
        convert(source, target)
    except EncryptedDocumentError as exc:
        raise UnreadableFile(ENCRYPTED_FILE) from exc
    except Doc2DocxError as exc:
        if not _convert_with_office(source):
            raise UnreadableFile(UNREADABLE_FILE) from exc
    return target.read_bytes()


def _convert_with_office(source: Path) -> bool:
    """Let LibreOffice write a .docx beside `source`; say whether it did."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return False
    profile = source.parent / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(OFFICE_SETTINGS, encoding="utf-8")
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "docx", "--outdir", str(source.parent), str(source)]
    try:
        subprocess.run(command, capture_output=True, timeout=OFFICE_TIMEOUT_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError):
        return False
    return source.with_suffix(".docx").exists()
