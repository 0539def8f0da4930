"""Validation errors of pydantic as faults: the key of the file, what was found, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.schema import nearest_names

_TYPES = {
    "string_type": Text("text is wanted here", "此处应为文字"),
    "float_type": Text("a number is wanted here", "此处应为数字"),
    "float_parsing": Text("a number is wanted here", "此处应为数字"),
    "int_type": Text("a whole number is wanted here", "此处应为整数"),
    "int_parsing": Text("a whole number is wanted here", "此处应为整数"),
    "int_from_float": Text("a whole number is wanted here", "此处应为整数"),
    "bool_type": Text("true or false is wanted here", "此处应为 true 或 false"),
    "bool_parsing": Text("true or false is wanted here", "此处应为 true 或 false"),
    "tuple_type": Text("a list [ ] is wanted here", "此处应为列表 [ ]"),
    "dict_type": Text("a table { } is wanted here", "此处应为表 { }"),
    **dict.fromkeys(("model_type", "model_attributes_type"), Text("a table is wanted here", "此处应为表")),
    "json_invalid": Text("not valid JSON", "不是有效的 JSON"),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        Text("a date such as 2027-06-01 is wanted here", "此处应为日期，如 2027-06-01"),
    ),
    "string_too_short": Text("empty", "内容为空"),
    "string_too_long": Text("too long", "内容过长"),
    "too_short": Text("the list is empty", "列表为空"),
    "too_long": Text("the list is too long", "列表过长"),
    "finite_number": Text("a finite number is wanted here", "此处应为有限数值"),
    "string_pattern_mismatch": Text("only letters, digits, _ - . are allowed", "只能使用文字、数字、_ - ."),
}
_BRANCHES = ("CategoryRule", "int", "str", "float", "bool", "constrained-str", "constrained-int")
_LIMITS = {
    "greater_than": ("gt", ">"),
    "greater_than_equal": ("ge", ">="),
    "less_than": ("lt", "<"),
    "less_than_equal": ("le", "<="),
}


_LONGEST_PLACE = 400
"""Characters of a place in which those above it are looked for."""

_FAULT = "fault"
"""Type of the errors that our own validators raise; their context holds both languages."""


def fault_error(what: Text, fix: Text) -> PydanticCustomError:
    """Return an error for a validator to raise, from which `faults_of` makes a fault of these words."""
    return PydanticCustomError(_FAULT, "{message}", _context(what, fix))


def again(detail: Any) -> InitErrorDetails:
    """Return an error of `ValidationError.errors` in the form in which it can be raised again."""
    kind, context = detail["type"], detail.get("ctx", {})
    raised = PydanticCustomError(kind, "{message}", context) if kind == _FAULT else kind
    return InitErrorDetails(type=raised, loc=detail["loc"], input=detail["input"], ctx=context)


def _context(what: Text, fix: Text) -> dict[str, Any]:
    return {"message": f"{what.en}. {fix.en}", "what": what, "fix": fix}


def faults_of(error: ValidationError, model: type[BaseModel]) -> tuple[Fault, ...]:
    """Return every fault of a validation error, in the order of the file's keys.

    Parameters
    ----------
    error
        What pydantic raised.
    model
        The model of the whole file, to name the keys that are known.
    """
    return faults_of_details(error.errors(include_url=False), model)


def faults_of_details(details: Iterable[Any], model: type[BaseModel]) -> tuple[Fault, ...]:
    """Return the faults of a validation error from its list of errors, as `faults_of`."""
    faults = [_fault(detail, key_path(detail["loc"]), model) for detail in details]
    return tuple(_without_branches(faults))


def _without_branches(faults: Sequence[Fault]) -> Iterator[Fault]:
    """Yield one fault a place: pydantic tries every branch of a union and reports on each of them.

    Where a key below a place is at fault, the place itself was of the right kind.
    """
    above = {
        fault.source[:at]
        for fault in faults
        for at, sign in enumerate(fault.source[:_LONGEST_PLACE])
        if sign in ".["
    }
    seen: set[str] = set()
    for fault in faults:
        if fault.source not in seen and fault.source not in above:
            seen.add(fault.source)
            yield fault


def key_path(location: Sequence[str | int]) -> str:
    """Return a place in the file as its author would write it, list entries counted from 1.

    Examples
    --------
    >>> key_path(("layer", 1, "columns", "lon"))
    'layer[2].columns.lon'
    """
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        elif not _is_branch(part):
            path = _join(path, part)
    return path


def _is_branch(part: str) -> bool:
    """Return whether pydantic names a branch of a union here, which is no key of the file."""
    return part in _BRANCHES or "[" in part


def _join(head: str, tail: str) -> str:
    return f"{head}.{tail}".strip(".") if head and tail else head or tail


def _fault(detail: Any, place: str, model: type[BaseModel]) -> Fault:
    kind, context = detail["type"], detail.get("ctx", {})
    value = _shown(detail.get("input"))
    if kind == _FAULT:
        return Fault(context["what"], context["fix"], source=place, value=value, code="study")
    fix = Text("Change this key", "请修改此项")
    if kind == "missing":
        return Fault(
            Text("missing", "缺少此项"), Text("Add this key", "请添加此项"), source=place, code="study"
        )
    if kind == "extra_forbidden":
        near = nearest_names(str(detail["loc"][-1]), sorted(_known_keys(model, detail["loc"])))
        fix = Text(
            f"Did you mean {', '.join(near)}?" if near else "Remove it",
            f"是否为 {'、'.join(near)}？" if near else "请删除",
        )
        return Fault(Text("unknown key", "未知的键"), fix, source=place, code="study")
    if kind in _LIMITS:
        name, sign = _LIMITS[kind]
        what = Text(f"must be {sign} {context[name]:g}", f"必须 {sign} {context[name]:g}")
    elif kind == "literal_error":
        what = Text(f"must be {context['expected']}", f"必须为 {context['expected'].replace(' or ', ' 或 ')}")
    else:
        what = _TYPES.get(kind, Text(detail["msg"], detail["msg"]))
    return Fault(what, fix, source=place, value=value, code="study")


def _shown(value: object) -> str:
    return "" if isinstance(value, dict | list | tuple) or value is None else str(value)[:80]


def _known_keys(model: type[BaseModel], location: Sequence[str | int]) -> Iterator[str]:
    """Yield the keys that the table at this place may hold."""
    table = _model_at(
        model, [part for part in location[:-1] if isinstance(part, str) and not _is_branch(part)]
    )
    for name, field in table.model_fields.items():
        if name != "folder":
            yield field.alias or name


def _model_at(model: type[BaseModel], keys: Sequence[str]) -> type[BaseModel]:
    for key in keys:
        field = next((f for name, f in model.model_fields.items() if (f.alias or name) == key), None)
        inner = next(_models_in(field.annotation), None) if field is not None else None
        if inner is None:
            return model
        model = inner
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def with_layer_names(faults: Sequence[Fault], raw: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Name the layer of a fault by its id too: tables of a long file are hard to count."""
    return tuple(_with_layer(fault, raw) for fault in dict.fromkeys(faults))


def _with_layer(fault: Fault, raw: Mapping[str, Any]) -> Fault:
    head, _, _ = fault.source.partition("]")
    if not head.startswith("layer["):
        return fault
    layers = raw.get("layer")
    number = int(head.removeprefix("layer[")) - 1
    layer = layers[number] if isinstance(layers, list) and number < len(layers) else None
    name = layer.get("id") if isinstance(layer, dict) else None
    if not isinstance(name, str) or fault.source.endswith(".id"):
        return fault
    what = Text(f"{fault.what.en}, in the layer '{name[:64]}'", f"图层“{name[:64]}”：{fault.what.zh}")
    return replace(fault, what=what)
