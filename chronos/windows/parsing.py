"""Reads an expression in SQL; what sqlglot and PostgreSQL may read differently does not pass.

sqlglot is lenient: it takes words of other databases (``ifnull``, ``==``) and binds operators more tightly
than PostgreSQL in places. So there is a list of words, and where the tree that it makes is not the one that
PostgreSQL's precedences make of the same words, parentheses are asked for.
"""

import difflib
from collections.abc import Iterable, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from chronos.errors import UnsupportedExpression

FUNCTIONS = ("coalesce", "nullif", "lower", "upper", "left", "split_part", "length")
SYMBOLS = ("=", "<>", "!=", "<", "<=", ">", ">=", "||", "->", "->>", "::", "(", ")", ",", "-")
WORDS = (
    *(
        "and",
        "or",
        "not",
        "in",
        "between",
        "like",
        "ilike",
        "is",
        "null",
        "true",
        "false",
        "distinct",
        "from",
    ),
    *("case", "when", "then", "else", "end", "cast", "as", "text", "collate"),
)
TAKEN = (
    f"there are the functions {', '.join(FUNCTIONS)}, the operators {' '.join(SYMBOLS[:11])}, and, or, not,"
    " in, between, like, ilike, is null, is true, is distinct from, and case"
)
DEEPEST = 50  # parts inside of one another
ARROWS = (TokenType.ARROW, TokenType.DARROW)
CASTS = (TokenType.DCOLON, TokenType.ALIAS)
UNQUOTED = (TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER)

# How tightly PostgreSQL binds: the documentation's chapter "Lexical Structure", "Operator Precedence".
OR, AND, NOT, IS, COMPARISON, RANGE, OTHER, COLLATE, MINUS, CAST, ATOM = range(11)
LEVELS: dict[type[exp.Expr], int] = {
    exp.Or: OR,
    exp.And: AND,
    exp.Not: NOT,
    **dict.fromkeys((exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ), IS),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), COMPARISON),
    **dict.fromkeys((exp.In, exp.Between, exp.Like, exp.ILike), RANGE),
    **dict.fromkeys((exp.DPipe, exp.JSONExtract, exp.JSONExtractScalar), OTHER),
    exp.Collate: COLLATE,
    exp.Neg: MINUS,
    exp.Cast: CAST,
}
LEFT_TO_RIGHT = (exp.Or, exp.And, exp.DPipe, exp.JSONExtract, exp.JSONExtractScalar)


def parse(text: str, columns: Sequence[str]) -> exp.Expr:
    """Read ``text``, in which ``columns`` may stand; raise UnsupportedExpression where that can't be."""
    if "\0" in text:
        raise UnsupportedExpression(
            where=shortened(text), reason="no text in PostgreSQL holds a NUL character"
        )
    try:
        tokens = sqlglot.tokenize(text, dialect="postgres")
        _check_words(tokens, columns)
        found = sqlglot.parse(text, dialect="postgres")
    except RecursionError as error:
        raise UnsupportedExpression(where=shortened(text), reason="nested too deeply") from error
    except SqlglotError as error:
        raise UnsupportedExpression(where=shortened(text), reason=_said(error)) from error
    if len(found) != 1 or found[0] is None:
        raise UnsupportedExpression(where=shortened(text), reason="expected one expression")
    nodes = _nodes(text, found[0])
    if sum(isinstance(node, exp.Paren) for node in nodes) != _groups(tokens):
        raise UnsupportedExpression(
            where=shortened(text), reason="put what stands before `is` into parentheses"
        )
    for node in nodes:
        _check_operands(node)
    return found[0]


def _nodes(text: str, root: exp.Expr) -> list[exp.Expr]:
    """All parts, those outside first; to get their values calls are nested as deeply as they are."""
    depths: dict[int, int] = {}
    nodes = list(root.walk())
    for node in nodes:
        depths[id(node)] = depths.get(id(node.parent), 0) + 1
    if max(depths.values()) > DEEPEST:
        raise UnsupportedExpression(where=shortened(text), reason="nested too deeply")
    return nodes


def shortened(text: str) -> str:
    """As much of a text as fits into a message."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def sql(node: exp.Expr) -> str:
    """A part of an expression as SQL, for messages."""
    return shortened(node.sql(dialect="postgres"))


def _said(error: SqlglotError) -> str:
    if isinstance(error, TokenError):
        return "a quote or a comment is not closed"
    [first, *_] = getattr(error, "errors", None) or [{}]
    said = str(first.get("description") or error).partition("\n")[0]
    said = "an argument is missing" if said.startswith("Required keyword") else said
    near = f", near {first['highlight']!r}" if first.get("highlight") else ""
    return f"not SQL that can be read: {said}{near}"


def _check_words(tokens: Sequence[Token], columns: Sequence[str]) -> None:
    for number, token in enumerate(tokens):
        before = tokens[number - 1].token_type if number else None
        after = tokens[number + 1].token_type if number + 1 < len(tokens) else None
        if before in ARROWS and not _is_key(token):
            raise UnsupportedExpression(
                where=token.text, reason="behind -> and ->> stands a name in quotes or a whole number"
            )
        if before in CASTS and token.text.lower() != "text":
            raise UnsupportedExpression(where=token.text, reason="there are casts to text only")
        if token.token_type.name.endswith("_STRING"):
            raise UnsupportedExpression(where=token.text, reason="not taken; a text stands in single quotes")
        if token.token_type not in UNQUOTED:
            _check_word(token.text.lower(), after == TokenType.L_PAREN, columns)


def _check_word(word: str, is_called: bool, columns: Sequence[str]) -> None:
    if word in SYMBOLS or word in WORDS or (word in FUNCTIONS if is_called else word in columns):
        return
    if is_called or not word.isidentifier():
        raise UnsupportedExpression(where=word, reason=f"not taken; {TAKEN}")
    close = difflib.get_close_matches(word, columns, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise UnsupportedExpression(where=word, reason=f"there is no such column: {', '.join(columns)}{hint}")


def _groups(tokens: Sequence[Token]) -> int:
    """How many parentheses there are that are not those of a function or of a list: sqlglot adds some."""
    words = ["", *(token.text.lower() for token in tokens)]
    called = (*FUNCTIONS, "cast", "in")
    return sum(
        token.token_type == TokenType.L_PAREN and before not in called
        for before, token in zip(words, tokens, strict=False)
    )


def _is_key(token: Token) -> bool:
    if token.token_type == TokenType.NUMBER:
        return token.text.isdecimal()
    return token.token_type in (TokenType.STRING, TokenType.DASH)


def _check_operands(node: exp.Expr) -> None:
    level = LEVELS.get(type(node))
    if level is None:
        return
    for name, operand in _operands(node):
        inner = LEVELS.get(type(operand), ATOM)
        # The lower bound of `between` is another kind of expression to PostgreSQL, without `collate`.
        outer = COLLATE if name == "low" else level
        tighter = inner > outer or (
            inner == outer
            and (isinstance(node, exp.Not) or (name == "this" and isinstance(node, LEFT_TO_RIGHT)))
        )
        if not tighter:
            raise UnsupportedExpression(
                where=sql(node),
                reason=f"put ({sql(operand)}) into parentheses: PostgreSQL reads it otherwise",
            )


def _operands(node: exp.Expr) -> Iterable[tuple[str, exp.Expr]]:
    yield "this", node.this
    for name in ("expression", "low", "high"):
        if isinstance(operand := node.args.get(name), exp.Expr):
            yield name, operand
