"""How a misfit is said in Japanese to the person who wrote the file."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import NamedTuple, cast

from pydantic import BaseModel

_INTEGER = "整数で書いてください"
_NUMBER = "数で書いてください"
_BOOLEAN = "true か false で書いてください"
_LIST = "並び（- 値）で書いてください"
_MAPPING = "「項目: 値」の形で書いてください"
_SAID = {
    "missing": "「{key}」がありません",
    "string_type": "文字列で書いてください（数字や true などは引用符で囲みます）",
    "string_too_short": "空にはできません（{min_length} 文字以上）",
    "string_too_long": "長すぎます（{max_length} 文字まで）",
    "string_pattern_mismatch": "書き方が違います（{pattern} の形で書きます）",
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_from_float": _INTEGER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "none_required": "null のままにしてください",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "too_short": "{min_length} 件以上必要です",
    "too_long": "多すぎます（{max_length} 件まで）",
    "greater_than_equal": "{ge} 以上で書いてください",
    "less_than_equal": "{le} 以下で書いてください",
    "union_tag_not_found": "「{discriminator}」がありません",
    "union_tag_invalid": "{discriminator} は {expected} のどれかで書いてください",
    "literal_error": "{expected} のどれかで書いてください",
    "value_error": "{error}",
}


class Misfit(NamedTuple):
    """One error of pydantic: its name, where it is, its English, what it tells besides."""

    name: str
    loc: tuple[str | int, ...]
    english: str
    details: Mapping[str, object]

    @property
    def chosen_by(self) -> str:
        """The key that says which of several records this is; empty where none is asked for."""
        return str(self.details.get("discriminator", "")).strip("'")


def sentence(misfit: Misfit, words: frozenset[str]) -> str:
    """Say a misfit; `words` are the keys that exist somewhere in the model."""
    key = str(misfit.loc[-1]) if misfit.loc else ""
    if misfit.name == "extra_forbidden":
        return _unknown_key(key, words)
    said = _SAID.get(misfit.name)
    if said is None:
        return f"値が正しくありません（{misfit.english}）"
    expected = misfit.details.get("expected", misfit.details.get("expected_tags", ""))
    details = {
        **misfit.details,
        "key": key,
        "discriminator": misfit.chosen_by,
        "expected": str(expected).replace(" or ", ", "),
    }
    return said.format(**details)


def known_words(model: type[BaseModel]) -> frozenset[str]:
    """All keys of a model and of the models inside it."""
    schema = model.model_json_schema()
    parts = [schema, *cast("dict[str, dict[str, object]]", schema.get("$defs", {})).values()]
    return frozenset(
        key for part in parts for key in cast("dict[str, object]", part.get("properties", {}))
    )


def _unknown_key(key: str, words: frozenset[str]) -> str:
    if key in words:
        return f"「{key}」はここでは使えません"
    near = get_close_matches(key, sorted(words), n=1)
    hint = f"。「{near[0]}」ではありませんか" if near else ""
    return f"「{key}」という項目はありません{hint}"
