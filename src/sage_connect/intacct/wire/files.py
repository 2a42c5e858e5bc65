"""Fragments and functions that carry a file."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import attrs

from ...errors import CodecError
from .function import Fragment, Function
from .layout import Layout
from .texts import refuse
from .writing import Node

if TYPE_CHECKING:
    from .writing import Writer


@attrs.define(kw_only=True)
class AttachmentFile(Fragment):
    """A file of an attachment (`attachment`).

    Required: file_path, or content with file_name and extension.

    Source: the SDKs [O].

    Attributes:
        file_path: Read when the file is written, unless `content` is given; names it too.
        file_name: `attachmentname`: without a dot, one of a kind in its record.
        extension: `attachmenttype`, without a dot.
        content: `attachmentdata`; written in base64.
    """

    layout: ClassVar[Layout] = Layout(
        "attachment\n"
        "  attachmentname!: file_name\n"
        "  attachmenttype!: extension\n"
        "  attachmentdata!: content base64"
    )

    file_path: str | Path | None = None
    file_name: str | None = None
    extension: str | None = None
    content: bytes | None = None

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the element, having read the file where there is no content.

        Raises:
            CodecError: There is neither file nor content, it cannot be read, or its name
                has a dot.
        """
        whole = self
        if self.file_path:
            file = Path(self.file_path)
            name, extension = file.stem, file.suffix.removeprefix(".")
            whole = attrs.evolve(
                self,
                file_name=name if self.file_name is None else self.file_name,
                extension=extension if self.extension is None else self.extension,
                content=_read(file, f"{path}file_path", self.content),
            )
        if whole.content is None:
            raise CodecError("AttachmentFile needs file_path", path=f"{path}file_path")
        if not whole.file_name or "." in whole.file_name:
            refuse(f"{path}file_name", "a name without a dot", whole.file_name)
        writer.used.add(f"{path}file_path")
        return writer.written(whole, self.layout, path)


@attrs.define(kw_only=True)
class ApplicationInstall(Function):
    """Install an application of the platform (`installApp`). Writes.

    Required: xml_filename, or xml.

    Source: the SDKs [O].

    Attributes:
        xml_filename: Read when the function is written, unless `xml` is given.
        xml: The definition of the application.
    """

    writes: ClassVar[bool] = True
    layout: ClassVar[Layout] = Layout("installApp\n  appxml!: xml")

    xml_filename: str | Path | None = None
    xml: str | None = None

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the element, having read the file where there is no text.

        Raises:
            CodecError: There is neither, or the file cannot be read or is not in UTF-8.
        """
        at = f"{path}xml_filename"
        if self.xml is None and not self.xml_filename:
            raise CodecError("ApplicationInstall needs xml_filename", path=at)
        whole = self
        if self.xml is None and self.xml_filename:
            read = _read(Path(self.xml_filename), at, None)
            try:
                whole = attrs.evolve(self, xml=read.decode("utf-8-sig"))
            except UnicodeDecodeError:
                raise CodecError(f"{at} is not in UTF-8", path=at) from None
        writer.used.add(at)
        return writer.written(whole, self.layout, path)


def _read(file: Path, path: str, content: bytes | None) -> bytes:
    if content is not None:
        return content
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise CodecError(f"{path} cannot be read: {file.name}", path=path) from error
