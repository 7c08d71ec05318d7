"""The faults of a setting, in words for whoever set it: by its name, never with its value."""

from collections.abc import Sequence

from pydantic_core import ErrorDetails

# The types of pydantic_core's errors that settings can have:
# https://docs.pydantic.dev/latest/errors/validation_errors/
WORDS = {
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "finite_number": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt:g}",
    "greater_than_equal": "应不小于 {ge:g}",
    "less_than": "应小于 {lt:g}",
    "less_than_equal": "应不大于 {le:g}",
    "literal_error": "应为 {expected}",
    "path_type": "应为路径",
}
PATTERNS = {
    "^/": "应以 / 开头",
    "^(DEBUG|INFO|WARNING|ERROR)$": "应为 DEBUG、INFO、WARNING、ERROR 之一",
}
OTHERWISE = "写法不对，请按 README 的设置表填写"


def describe_problems(errors: Sequence[ErrorDetails]) -> list[str]:
    """Return one text for each problem, those of one setting once."""
    return list(dict.fromkeys(_describe(error) for error in errors))


def _describe(error: ErrorDetails) -> str:
    name = f"YAODIAN_{str(error['loc'][0]).upper()} " if error["loc"] else ""
    return f"{name}{_words(error)}"


def _words(error: ErrorDetails) -> str:
    """Return our own validators' words as they are, and Chinese ones for pydantic's findings."""
    said, context = error["type"], error.get("ctx", {})
    if said == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if said == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], OTHERWISE)
    return WORDS.get(said, OTHERWISE).format(**context).replace("' or '", "' 或 '")
