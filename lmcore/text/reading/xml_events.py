"""The start, text and end of XML elements one by one, without a tree or entities of the file's own."""

from collections.abc import Callable
from xml.parsers import expat

from lmcore.errors import TextError

Start = Callable[[str, dict[str, str]], None]


def parse_xml(
    data: bytes, name: str, start: Start, end: Callable[[str], None], text: Callable[[str], None]
) -> None:
    """Call `start(tag, attributes)`, `text(characters)` and `end(tag)` in the order of the file.

    Tags and attributes come without their namespaces. Raises `TextError` for XML that is broken or declares
    a document type, which is how entities that expand to gigabytes come in.
    """

    def refuse(*_: object) -> None:
        raise TextError("xml_doctype", name=name)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, given: start(
        _local(tag), {_local(k): v for k, v in given.items()}
    )
    parser.EndElementHandler = lambda tag: end(_local(tag))
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: an encoding that is unknown
        raise TextError("document_broken", name=name) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
