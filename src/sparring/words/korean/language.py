"""Of the choice of a language."""

TEXTS = {"language is {wish!r}; use en or ko": "language 값 {wish!r}은(는) 쓸 수 없습니다. en 또는 ko를 사용하세요"}
